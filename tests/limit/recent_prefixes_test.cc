// Rules 31, 32: what the sketch may never forget, and how often it is mistaken.
#include "synsplice/limit/recent_prefixes.h"

#include <gtest/gtest.h>

#include <memory>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

constexpr Seconds kAge{64};

uint64_t Nth(uint32_t i) { return 0xffff00000000u | uint64_t{i} << 8; }

int CountNoted(const RecentPrefixes& sketch, Time now, uint32_t first, uint32_t count) {
  int noted = 0;
  for (uint32_t i = first; i < first + count; ++i)
    noted += sketch.WasNoted(Nth(i), ToSecond(now), kAge);
  return noted;
}

TEST(PrefixOf, IsTheSlash24OrTheSlash64) {
  const auto prefix = [](const char* text) { return PrefixOf(*ParseAddress(text)); };
  EXPECT_EQ(prefix("198.18.1.0"), prefix("198.18.1.255"));
  EXPECT_NE(prefix("198.18.1.255"), prefix("198.18.2.0"));
  EXPECT_NE(prefix("198.18.1.0"), prefix("198.19.1.0"));
  EXPECT_EQ(prefix("2001:db8::"), prefix("2001:db8::ffff:ffff:ffff:ffff"));
  EXPECT_NE(prefix("2001:db8::"), prefix("2001:db8:0:1::"));
}

TEST(RecentPrefixes, KnowsNothingAtFirst) {
  const RecentPrefixes sketch(kKey, kStart);
  EXPECT_EQ(CountNoted(sketch, kStart, 0, 10000), 0);
  EXPECT_EQ(CountNoted(sketch, kStart + Seconds(3600), 0, 10000), 0);
}

TEST(RecentPrefixes, RemembersForTheAgeAndNoLonger) {
  for (const int milliseconds : {0, 1, 500, 999}) {
    RecentPrefixes sketch(kKey, kStart);
    const Time noted = kStart + Milliseconds(milliseconds);
    sketch.Note(Nth(1), ToSecond(noted));
    EXPECT_TRUE(sketch.WasNoted(Nth(1), ToSecond(noted), Seconds(0)));
    EXPECT_TRUE(sketch.WasNoted(Nth(1), ToSecond(noted + kAge), kAge));
    EXPECT_FALSE(sketch.WasNoted(Nth(1), ToSecond(noted + kAge + Seconds(1)), kAge));
    EXPECT_FALSE(sketch.WasNoted(Nth(2), ToSecond(noted), kAge));
    sketch.Note(Nth(1), ToSecond(noted + kAge));
    EXPECT_TRUE(sketch.WasNoted(Nth(1), ToSecond(noted + 2 * kAge), kAge));
  }
}

// The 16 bits of the seconds wrap every 18 hours.
TEST(RecentPrefixes, RemembersAcrossTheWrap) {
  const Time wrap = FromMilliseconds((ToMilliseconds(kStart) / 65536000 + 1) * 65536000);
  RecentPrefixes sketch(kKey, kStart);
  sketch.Note(Nth(1), ToSecond(wrap - Seconds(1)));
  EXPECT_TRUE(sketch.WasNoted(Nth(1), ToSecond(wrap + Seconds(63)), kAge));
  EXPECT_FALSE(sketch.WasNoted(Nth(1), ToSecond(wrap + Seconds(64)), kAge));
}

TEST(RecentPrefixes, NeverForgetsAndIsSeldomMistaken) {
  RecentPrefixes sketch(kKey, kStart);
  constexpr uint32_t kPrefixes = 50000;
  for (uint32_t i = 0; i < kPrefixes; ++i) sketch.Note(Nth(i), ToSecond(kStart));
  EXPECT_EQ(CountNoted(sketch, kStart + kAge, 0, kPrefixes), int{kPrefixes});
  // A plain Bloom filter of that load is mistaken in 3.0 % of the cases, lines that are fuller than
  // others make it a little more.
  EXPECT_LT(CountNoted(sketch, kStart + kAge, kPrefixes, 100000), 5000);
  EXPECT_EQ(CountNoted(sketch, kStart + kAge + Seconds(1), 0, kPrefixes), 0);
}

TEST(RecentPrefixes, AnotherKeyIsMistakenAboutOthers) {
  constexpr SipKey kOther{0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1};
  RecentPrefixes one(kKey, kStart), other(kOther, kStart);
  for (uint32_t i = 0; i < 50000; ++i)
    one.Note(Nth(i), ToSecond(kStart)), other.Note(Nth(i), ToSecond(kStart));
  int same = 0, mistaken = 0;
  for (uint32_t i = 50000; i < 150000; ++i) {
    if (!one.WasNoted(Nth(i), ToSecond(kStart), kAge)) continue;
    ++mistaken;
    same += other.WasNoted(Nth(i), ToSecond(kStart), kAge);
  }
  EXPECT_GT(mistaken, 1000);
  EXPECT_LT(same, mistaken / 4);
}

}  // namespace
}  // namespace synsplice
