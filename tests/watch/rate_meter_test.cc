#include "watch/rate_meter.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(RateMeter, BeginsAtTheLimit) {
  RateMeter meter;
  EXPECT_FALSE(meter.Look(999.9, 1000));
  EXPECT_TRUE(meter.Look(1000, 1000));
}

TEST(RateMeter, EndsBelowHalfOfIt) {
  RateMeter meter;
  EXPECT_TRUE(meter.Look(5000, 1000));
  EXPECT_TRUE(meter.Look(500, 1000));
  EXPECT_FALSE(meter.Look(499, 1000));
  EXPECT_FALSE(meter.Look(999, 1000));
}

TEST(RateMeter, WithoutLimitThereIsNoAttack) {
  RateMeter meter;
  EXPECT_FALSE(meter.Look(1e9, 0));
  EXPECT_TRUE(meter.Look(1, 1));
  EXPECT_FALSE(meter.Look(1e9, 0));
}

}  // namespace
}  // namespace synsplice
