#include "io/host/utc_follower.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(UtcFollowerTest, FollowsByATenthOfTheTimeBothWays) {
  UtcFollower follower(1000);
  follower.Follow(1025, 100);
  EXPECT_EQ(follower.offset_ms(), 1010);
  follower.Follow(1025, 100);
  follower.Follow(1025, 100);
  EXPECT_EQ(follower.offset_ms(), 1025);
  follower.Follow(-5000, 100);
  EXPECT_EQ(follower.offset_ms(), 1015);
}

TEST(UtcFollowerTest, StandsWithoutTime) {
  UtcFollower follower(0);
  follower.Follow(3600 * 1000, 0);
  EXPECT_EQ(follower.offset_ms(), 0);
  follower.Follow(3600 * 1000, -100);
  EXPECT_EQ(follower.offset_ms(), 0);
}

TEST(UtcFollowerTest, ClocksThatSawOtherTimesMeet) {
  UtcFollower one(0), other(0);
  for (int i = 0; i < 11; ++i) one.Follow(100, 100);
  for (int i = 0; i < 4; ++i) other.Follow(100, 300);
  EXPECT_EQ(one.offset_ms(), 100);
  EXPECT_EQ(other.offset_ms(), 100);
}

TEST(UtcOffsetTest, NobodySetsTheClockMeanwhile) {
  UtcOffset offset;
  EXPECT_LT(std::chrono::abs(offset.Refresh()), std::chrono::seconds(1));
}

}  // namespace
}  // namespace synsplice
