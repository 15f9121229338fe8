#include "synsplice/limit/shared_bucket.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

uint32_t TakeAll(SharedBucket& bucket, uint32_t rate, Time now) {
  uint32_t taken = 0;
  while (bucket.Take(rate, now)) ++taken;
  return taken;
}

TEST(SharedBucket, BurstIsOneSecondsWorth) {
  for (const uint32_t rate : {1u, 3u, 7u, 100u, 1000u, 32'000u}) {
    SharedBucket bucket;
    EXPECT_EQ(TakeAll(bucket, rate, kStart), rate);
    EXPECT_EQ(TakeAll(bucket, rate, kStart + Seconds(1)), rate);
    EXPECT_EQ(TakeAll(bucket, rate, kStart + Seconds(100'000)), rate);
  }
}

TEST(SharedBucket, RefillsEvenly) {
  SharedBucket bucket;
  TakeAll(bucket, 100, kStart);
  EXPECT_FALSE(bucket.Take(100, kStart + Milliseconds(9)));
  EXPECT_TRUE(bucket.Take(100, kStart + Milliseconds(10)));
  EXPECT_FALSE(bucket.Take(100, kStart + Milliseconds(19)));
  EXPECT_TRUE(bucket.Take(100, kStart + Milliseconds(20)));
}

// What is left over of a second's parts.
TEST(SharedBucket, HighRatesAreKeptToOnePercent) {
  SharedBucket bucket;
  const uint32_t taken = TakeAll(bucket, 10'000'000, kStart);
  EXPECT_GE(taken, 10'000'000u);
  EXPECT_LE(taken, 10'100'000u);
}

TEST(SharedBucket, AnotherRateCountsAtOnce) {
  SharedBucket bucket;
  TakeAll(bucket, 10, kStart);
  EXPECT_EQ(TakeAll(bucket, 1000, kStart + Milliseconds(500)), 500u);
}

// A worker whose clock is a little behind takes nothing that is not there.
TEST(SharedBucket, ClocksNeedNotAgree) {
  SharedBucket bucket;
  TakeAll(bucket, 100, kStart + Milliseconds(1));
  EXPECT_FALSE(bucket.Take(100, kStart));
}

TEST(SharedBucket, WorkersTogetherTakeWhatOneWould) {
  SharedBucket bucket;
  std::array<uint32_t, 4> taken{};
  std::vector<std::jthread> workers;
  for (uint32_t& own : taken) {
    workers.emplace_back([&bucket, &own] { own = TakeAll(bucket, 30'000, kStart); });
  }
  workers.clear();
  EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3], 30'000u);
}

}  // namespace
}  // namespace synsplice
