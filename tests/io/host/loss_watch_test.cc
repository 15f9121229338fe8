#include "io/host/loss_watch.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(LossWatch, IsBehindFromALossUntilItHasBeenOverForAWhile) {
  LossWatch watch;
  EXPECT_FALSE(watch.IsBehind(0));
  EXPECT_TRUE(watch.IsBehind(1));
  for (int look = 1; look < LossWatch::kCalmLooks; ++look) EXPECT_TRUE(watch.IsBehind(1));
  EXPECT_FALSE(watch.IsBehind(1));
  EXPECT_FALSE(watch.IsBehind(1));
  EXPECT_TRUE(watch.IsBehind(2));
}

TEST(LossWatch, APortThatCountsAnewHasLostNothing) {
  LossWatch watch;
  EXPECT_TRUE(watch.IsBehind(1000));
  for (int look = 0; look < LossWatch::kCalmLooks; ++look) (void)watch.IsBehind(1000);
  EXPECT_FALSE(watch.IsBehind(0));
  EXPECT_TRUE(watch.IsBehind(5));
}

}  // namespace
}  // namespace synsplice
