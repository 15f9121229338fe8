#include "synsplice/limit/token_bucket.h"

#include <gtest/gtest.h>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

int TakeAll(TokenBucket& bucket, Time now) {
  int taken = 0;
  while (bucket.Take(now)) ++taken;
  return taken;
}

TEST(TokenBucket, BurstIsOneSecondsWorth) {
  TokenBucket bucket(100, kStart);
  EXPECT_EQ(TakeAll(bucket, kStart), 100);
  EXPECT_EQ(TakeAll(bucket, kStart + Seconds(1)), 100);
  EXPECT_EQ(TakeAll(bucket, kStart + Seconds(100000)), 100);
}

TEST(TokenBucket, RefillsByTheMillisecond) {
  TokenBucket bucket(100, kStart);
  TakeAll(bucket, kStart);
  EXPECT_FALSE(bucket.Take(kStart + Milliseconds(9)));
  EXPECT_TRUE(bucket.Take(kStart + Milliseconds(10)));
  EXPECT_FALSE(bucket.Take(kStart + Milliseconds(19)));
  EXPECT_TRUE(bucket.Take(kStart + Milliseconds(20)));
}

TEST(TokenBucket, LowRatesLoseNothingToRounding) {
  TokenBucket bucket(3, kStart);
  TakeAll(bucket, kStart);
  int taken = 0;
  for (int i = 1; i <= 10000; ++i) taken += bucket.Take(kStart + Milliseconds(i));
  EXPECT_EQ(taken, 30);
}

TEST(TokenBucket, ZeroGivesNone) {
  TokenBucket bucket(0, kStart);
  EXPECT_FALSE(bucket.Take(kStart));
  EXPECT_FALSE(bucket.Take(kStart + Seconds(1000)));
}

TEST(TokenBucket, HighestRate) {
  TokenBucket bucket(0xffffffff, kStart);
  EXPECT_TRUE(bucket.Take(kStart));
  EXPECT_TRUE(bucket.Take(kStart + Seconds(1000000)));
}

}  // namespace
}  // namespace synsplice
