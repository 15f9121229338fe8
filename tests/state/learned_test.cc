// Rule 16: when a value that SYN-ACKs teach counts, and for how long.
#include "state/learned.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kNow = FromMilliseconds(1'700'000'000'000);

TEST(Learned, ThreeTimesInARow) {
  Learned<uint8_t> scale;
  for (const uint8_t seen : {7, 7, 9, 7, 7}) scale.See(seen, false, kNow);
  EXPECT_FALSE(scale.IsKnown(kNow));
  scale.See(7, false, kNow);
  EXPECT_EQ(scale.ValueOr(1, kNow), 7);
  scale.See(9, false, kNow), scale.See(9, false, kNow);
  EXPECT_EQ(scale.ValueOr(1, kNow), 7);
  EXPECT_EQ(scale.ValueOr(1, kNow + kForgetAfter), 1);
}

TEST(Learned, WhatIsMissingIsBelievedForSecondsAndThenLonger) {
  Learned<bool> sack;
  Time now = kNow;
  for (const int doubt : {8, 16, 32, 64}) {
    for (int i = 0; i < 10; ++i) sack.See(false, true, now + Seconds(i % 2));
    EXPECT_FALSE(sack.ValueOr(true, now + Seconds(doubt - 1)));
    EXPECT_TRUE(sack.ValueOr(true, now + Seconds(doubt))) << doubt;
    now += Seconds(doubt);
  }
}

TEST(LargestMss, OfTheLastHalfToWholeHour) {
  LargestMss mss;
  mss.See(1400, kNow), mss.See(536, kNow);
  EXPECT_EQ(mss.ValueOr(1, kNow), 1) << "twice is not thrice";
  mss.See(536, kNow);
  EXPECT_EQ(mss.ValueOr(1, kNow), 1400);
  const Time next = kNow + LargestMss::kPeriod;
  mss.See(536, next);
  EXPECT_EQ(mss.ValueOr(1, next), 1400);
  mss.See(536, next + LargestMss::kPeriod);
  EXPECT_EQ(mss.ValueOr(1, next + LargestMss::kPeriod), 1) << "twice again";
  mss.See(536, next + LargestMss::kPeriod);
  EXPECT_EQ(mss.ValueOr(1, next + LargestMss::kPeriod), 536);
  mss.See(9000, next + 4 * LargestMss::kPeriod);
  EXPECT_EQ(mss.ValueOr(1, next + 4 * LargestMss::kPeriod), 1) << "nobody was there for long";
}

}  // namespace
}  // namespace synsplice
