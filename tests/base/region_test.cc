#include "synsplice/base/region.h"

#include <gtest/gtest.h>

#include <vector>

namespace synsplice {
namespace {

struct alignas(64) Line {
  uint64_t words[8];
};

class RegionTest : public ::testing::Test {
 protected:
  std::span<std::byte> memory() { return {reinterpret_cast<std::byte*>(lines_.data()), 64 * 64}; }

  std::vector<Line> lines_ = std::vector<Line>(64);
};

Layout With(size_t lines, uint64_t shape, size_t numbers) {
  Layout layout;
  layout.Add<Line>(lines, shape);
  layout.Add<uint32_t>(numbers);
  return layout;
}

TEST_F(RegionTest, TablesLieBesideEachOther) {
  Layout layout;
  const auto bytes = layout.Add<uint8_t>(3);
  const auto lines = layout.Add<Line>(4);
  const auto none = layout.Add<uint16_t>(0);
  const auto numbers = layout.Add<uint32_t>(5);
  const auto region = Region::Over(memory(), layout);
  ASSERT_TRUE(region);
  for (uint8_t& byte : (*region)[bytes]) byte = 1;
  for (Line& line : (*region)[lines]) line = Line{{2, 2, 2, 2, 2, 2, 2, 2}};
  for (uint32_t& number : (*region)[numbers]) number = 3;
  EXPECT_EQ((*region)[bytes].size(), 3u);
  EXPECT_TRUE((*region)[none].empty());
  for (const uint8_t byte : (*region)[bytes]) EXPECT_EQ(byte, 1);
  for (const Line& line : (*region)[lines]) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(&line) % 64, 0u);
    for (const uint64_t word : line.words) EXPECT_EQ(word, 2u);
  }
  for (const uint32_t number : (*region)[numbers]) EXPECT_EQ(number, 3u);
  // The header is nobody's.
  EXPECT_TRUE(Region::Over(memory(), layout));
  EXPECT_EQ(layout.bytes(), 128u + 128 + 256 + 128);
}

TEST_F(RegionTest, WhatLiesInItStays) {
  const Layout layout = With(4, 1, 5);
  Layout places;
  const auto lines = places.Add<Line>(4, 1);
  (*Region::Over(memory(), layout))[lines][2].words[3] = 77;
  const auto again = Region::Over(memory(), layout);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)[lines][2].words[3], 77u);
}

TEST_F(RegionTest, AnotherLayoutsMemoryIsRefused) {
  ASSERT_TRUE(Region::Over(memory(), With(4, 1, 5)));
  const auto before = lines_[0].words[1];
  EXPECT_FALSE(Region::Over(memory(), With(4, 1, 6)));
  EXPECT_FALSE(Region::Over(memory(), With(5, 1, 5)));
  EXPECT_FALSE(Region::Over(memory(), With(4, 2, 5)));
  Layout swapped;
  swapped.Add<uint32_t>(5);
  swapped.Add<Line>(4, 1);
  EXPECT_FALSE(Region::Over(memory(), swapped));
  EXPECT_EQ(lines_[0].words[1], before);
  EXPECT_TRUE(Region::Over(memory(), With(4, 1, 5)));
  // Another version of the tables, or something else.
  ++lines_[0].words[0];
  EXPECT_FALSE(Region::Over(memory(), With(4, 1, 5)));
}

TEST_F(RegionTest, TooLittleMemoryIsRefused) {
  const Layout layout = With(4, 1, 5);
  EXPECT_FALSE(Region::Over(memory().first(layout.bytes() - 1), layout));
  EXPECT_TRUE(Region::Over(memory().first(layout.bytes()), layout));
}

}  // namespace
}  // namespace synsplice
