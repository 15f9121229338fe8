#include "synsplice/flow/tag_line.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr uint16_t kTag = 0xabc8 | TagLine::kUsed;

TEST(TagLine, EmptyOneIsFree) {
  const TagLine line{};
  EXPECT_EQ(TagLine::Count(line.Free()), TagLine::kTags);
  EXPECT_EQ(line.Matches(kTag), 0u);
  EXPECT_FALSE(line.HasAway());
  EXPECT_TRUE(line.MaySendAway());
}

TEST(TagLine, NamesEveryEntryWithTheTag) {
  TagLine line{};
  line.Set(2, kTag), line.Set(3, kTag | TagLine::kAway), line.Set(7, kTag);
  auto matches = line.Matches(kTag);
  EXPECT_EQ(TagLine::Count(matches), 2u);
  EXPECT_EQ(TagLine::First(matches), 2u);
  matches = TagLine::WithoutFirst(matches);
  EXPECT_EQ(TagLine::First(matches), 7u);
  EXPECT_EQ(TagLine::WithoutFirst(matches), 0u);
  EXPECT_EQ(TagLine::First(line.Matches(kTag | TagLine::kAway)), 3u);
  EXPECT_EQ(TagLine::Count(line.Free()), 5u);
  EXPECT_TRUE(line.IsUsed(2));
  EXPECT_FALSE(line.IsUsed(4));
}

// The count and the tags share their bits' line and nothing else.
TEST(TagLine, CountsWhoIsAway) {
  constexpr uint32_t kMost = 255;
  TagLine line{};
  for (size_t i = 0; i < TagLine::kTags; i += 2) line.Set(i, kTag);
  const auto expect = [&](uint32_t count) {
    ASSERT_EQ(line.HasAway(), count != 0) << count;
    ASSERT_EQ(line.MaySendAway(), count != kMost) << count;
    ASSERT_EQ(TagLine::Count(line.Matches(kTag)), 4u);
    ASSERT_EQ(TagLine::Count(line.Free()), 4u);
    line.Set(1, kTag);
    ASSERT_EQ(line.At(1), kTag);
    line.Set(1, 0);
  };
  for (uint32_t count = 0; count < kMost; ++count) expect(count), line.CountAway();
  for (uint32_t count = kMost; count > 0; --count) expect(count), line.CountBack();
  expect(0);
}

}  // namespace
}  // namespace synsplice
