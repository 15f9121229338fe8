// Rules 40, 41: a bucket for each network.
#include "synsplice/limit/source_rates.h"

#include <gtest/gtest.h>

#include <thread>

#include "limit/clock_and_key.h"
#include "support/random.h"

namespace synsplice {
namespace {

constexpr uint32_t kBuckets = SourceRates::kLines * SourceRates::kWays;

class SourceRatesTest : public ::testing::Test {
 protected:
  int Passed(uint32_t number, Time now, int tries, uint32_t limit = 0) {
    int passed = 0;
    const auto spot = rates_.SpotOf(limit, Address::V4(number));
    for (int i = 0; i < tries; ++i) passed += rates_.Take(spot, shape_, now);
    return passed;
  }
  // SYNs of so many others.
  void Flood(uint32_t count, Time now) {
    for (uint32_t i = 0; i < count; ++i) Passed(0x0b000000 + next_++, now, 1);
  }

  SourceRates rates_{kKey, 2};
  BucketShape shape_{3, Seconds(1), 5};
  uint32_t next_ = 0;
};

TEST_F(SourceRatesTest, EachNetworkAndLimitHasItsOwn) {
  EXPECT_EQ(Passed(1, kStart, 9), 5);
  EXPECT_EQ(Passed(2, kStart, 9), 5);
  EXPECT_EQ(Passed(1, kStart, 9, 1), 5);
  EXPECT_EQ(Passed(1, kStart + Seconds(1), 9), 3);
  const Address v6 = *ParseAddress("2001:db8::");
  EXPECT_TRUE(rates_.Take(rates_.SpotOf(0, v6), shape_, kStart));
}

TEST_F(SourceRatesTest, TakesBackWhatWasTaken) {
  EXPECT_EQ(Passed(1, kStart, 9), 5);
  rates_.GiveBack(rates_.SpotOf(0, Address::V4(1)), shape_);
  rates_.GiveBack(rates_.SpotOf(1, Address::V4(1)), shape_);
  rates_.GiveBack(rates_.SpotOf(0, Address::V4(2)), shape_);
  EXPECT_EQ(Passed(1, kStart, 9), 1);
  EXPECT_EQ(Passed(1, kStart, 9, 1), 5);
  EXPECT_EQ(Passed(2, kStart, 9), 5);
}

TEST_F(SourceRatesTest, ManyHaveOneAtTheSameTime) {
  for (uint32_t i = 0; i < kBuckets / 4; ++i) ASSERT_EQ(Passed(i, kStart, 9), 5) << i;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < kBuckets / 4; ++i) kept += Passed(i, kStart, 1) == 0;
  EXPECT_GT(kept, kBuckets / 4 * 99 / 100);
}

// A flood of addresses that each send once takes places from each other, not from whoever is over
// his limit.
TEST_F(SourceRatesTest, WhoOwesMostKeepsHisBucket) {
  EXPECT_EQ(Passed(7, kStart, 9), 5);
  for (int i = 0; i < 8; ++i) {
    Flood(kBuckets / 2, kStart + Milliseconds(10 * i));
    EXPECT_EQ(Passed(7, kStart + Milliseconds(10 * i), 9), 0) << i;
  }
  EXPECT_EQ(Passed(7, kStart + Seconds(1), 9), 3);
}

TEST_F(SourceRatesTest, NobodyIsLockedOut) {
  for (uint32_t i = 0; i < 2 * kBuckets; ++i) Passed(i, kStart, 9);  // all places owe a burst
  for (uint32_t i = 0; i < 1000; ++i) ASSERT_EQ(Passed(0x0c000000 + i, kStart, 1), 1) << i;
}

TEST_F(SourceRatesTest, ThreadsShareABucketExactly) {
  shape_ = {1, Seconds(3600), 5000};
  int passed[2];
  std::thread other([&] { passed[0] = Passed(1, kStart, 4000); });
  passed[1] = Passed(1, kStart, 4000);
  other.join();
  EXPECT_EQ(passed[0] + passed[1], 5000);
}

}  // namespace
}  // namespace synsplice
