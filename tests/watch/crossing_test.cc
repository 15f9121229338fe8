#include "watch/crossing.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kStart = FromMilliseconds(1'700'000'000'000);

TEST(Crossing, BeginsAtItsStartAndEndsBelowItsEndForSoLong) {
  const Threshold threshold{300, 150, Seconds(10)};
  Crossing crossing;
  EXPECT_FALSE(crossing.Follow(threshold, 299, kStart));
  EXPECT_TRUE(crossing.Follow(threshold, 300, kStart));
  EXPECT_TRUE(crossing.Follow(threshold, 150, kStart + Seconds(60)));
  EXPECT_TRUE(crossing.Follow(threshold, 149, kStart + Seconds(69)));
  EXPECT_FALSE(crossing.Follow(threshold, 149, kStart + Seconds(70)));
  EXPECT_FALSE(crossing.Follow(threshold, 299, kStart + Seconds(71)));
}

TEST(Crossing, IsForgotten) {
  Crossing crossing;
  EXPECT_TRUE(crossing.Follow({1, 1, Seconds(10)}, 1, kStart));
  crossing.Forget();
  EXPECT_FALSE(crossing.is_crossed());
}

}  // namespace
}  // namespace synsplice
