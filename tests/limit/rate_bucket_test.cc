// Rules 40, 41: a bucket in one word lets through what one that counts tokens does.
#include "synsplice/limit/rate_bucket.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "limit/clock_and_key.h"
#include "support/random.h"

namespace synsplice {
namespace {

// As xt_limit has it: credit that grows with time up to a burst's, in the same small parts.
class CreditBucket {
 public:
  CreditBucket(const BucketShape& shape, Time start)
      : shape_(shape), credit_(shape.depth), at_(start) {}

  bool Take(Time now) {
    credit_ = std::min(credit_ + ToBucketTime(now - at_), shape_.depth);
    at_ = now;
    if (credit_ < shape_.interval) return false;
    credit_ -= shape_.interval;
    return true;
  }

 private:
  BucketShape shape_;
  BucketTime credit_;
  Time at_;
};

int Passed(RateBucket& bucket, const BucketShape& shape, Time now, int tries) {
  int passed = 0;
  for (int i = 0; i < tries; ++i) passed += bucket.Take(shape, now).has_value();
  return passed;
}

TEST(RateBucket, BeginsFullAndFillsAtItsRate) {
  const BucketShape shape(3, Seconds(1), 5);
  RateBucket bucket;
  EXPECT_EQ(Passed(bucket, shape, kStart, 20), 5);
  EXPECT_EQ(Passed(bucket, shape, kStart + Milliseconds(333), 20), 0);
  EXPECT_EQ(Passed(bucket, shape, kStart + Milliseconds(334), 20), 1);
  EXPECT_EQ(Passed(bucket, shape, kStart + Milliseconds(1000), 20), 2);
  EXPECT_EQ(Passed(bucket, shape, kStart + Seconds(3600), 20), 5) << "no more than a burst";
}

TEST(RateBucket, LetsThroughWhatTokensDo) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int run = 0; run < 300; ++run) {
    const Seconds units[] = {Seconds(1), Seconds(60), Seconds(3600), Seconds(86400)};
    const Seconds per = units[random() % 4];
    const auto count = static_cast<uint32_t>(1 + random() % (run % 2 == 0 ? 10 : 1'000'000));
    const BucketShape shape(count, per, static_cast<uint32_t>(1 + random() % 50));
    const auto step = static_cast<uint64_t>(2 * Milliseconds(per).count() / count + 2);
    Time now = kStart;
    RateBucket bucket;
    CreditBucket credit(shape, now);
    for (int i = 0; i < 500; ++i) {
      now += Milliseconds(random() % step);
      ASSERT_EQ(bucket.Take(shape, now).has_value(), credit.Take(now)) << run << ' ' << i;
    }
  }
}

TEST(RateBucket, SeveralAtOnceAreThoseOneByOne) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int run = 0; run < 100; ++run) {
    const BucketShape shape(static_cast<uint32_t>(1 + random() % 5000), Seconds(1),
                            static_cast<uint32_t>(1 + random() % 100));
    Time now = kStart;
    RateBucket one_by_one, at_once;
    for (int i = 0; i < 200; ++i) {
      now += Milliseconds(random() % 20);
      const auto wanted = static_cast<uint32_t>(random() % 64);
      const auto passed = static_cast<uint32_t>(Passed(one_by_one, shape, now, int(wanted)));
      ASSERT_EQ(at_once.TakeUpTo(wanted, shape, now), passed) << run << ' ' << i;
      const auto back = static_cast<uint32_t>(passed == 0 ? 0 : random() % passed);
      at_once.GiveBack(shape, back);
      for (uint32_t j = 0; j < back; ++j) one_by_one.GiveBack(shape);
    }
  }
}

// What a rate of so many means, at a pace that uses it up.
TEST(RateBucket, IsExactInTheLongRun) {
  for (const uint32_t count : {1u, 3u, 7u, 1000u, 99999u, 1'000'000u}) {
    const BucketShape shape(count, Seconds(1), 1000);
    RateBucket bucket;
    int64_t passed = 0;
    for (int ms = 0; ms <= 5000; ++ms) {
      while (bucket.Take(shape, kStart + Milliseconds(ms))) ++passed;
    }
    const auto right = static_cast<double>(count) * 5 + 1000;
    EXPECT_NEAR(static_cast<double>(passed), right, 1 + right / 1500) << count;
  }
}

// Those who wait for their tokens get them one after another, and count as those who had one.
TEST(RateBucket, ThePatientWaitTheirTurn) {
  const BucketShape shape(10, Seconds(1), 2);
  RateBucket bucket;
  EXPECT_EQ(Passed(bucket, shape, kStart, 5), 2);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(bucket.Take(shape, kStart, Milliseconds(300)), kStart + Milliseconds(100 * i));
  }
  EXPECT_FALSE(bucket.Take(shape, kStart, Milliseconds(300)));
  EXPECT_EQ(Passed(bucket, shape, kStart + Milliseconds(300), 5), 0) << "those are spoken for";
  EXPECT_EQ(Passed(bucket, shape, kStart + Milliseconds(400), 5), 1);
}

TEST(RateBucket, TakesBackWhatWasTaken) {
  const BucketShape shape(1, Seconds(60), 3);
  RateBucket bucket;
  bucket.GiveBack(shape);
  EXPECT_EQ(Passed(bucket, shape, kStart, 9), 3);
  bucket.GiveBack(shape), bucket.GiveBack(shape);
  EXPECT_EQ(Passed(bucket, shape, kStart, 9), 2);
  for (int i = 0; i < 9; ++i) bucket.GiveBack(shape);
  EXPECT_EQ(Passed(bucket, shape, kStart, 9), 3) << "no more than a burst";
}

// A reload changes the shape of a bucket that is in use.
TEST(RateBucket, OwesNoMoreThanItHolds) {
  RateBucket bucket;
  EXPECT_EQ(Passed(bucket, {1, Seconds(3600), 100}, kStart, 200), 100);
  EXPECT_EQ(Passed(bucket, {1, Seconds(1), 5}, kStart, 20), 0);
  EXPECT_EQ(Passed(bucket, {1, Seconds(1), 5}, kStart + Seconds(1), 20), 1);
  RateBucket at_once;
  EXPECT_EQ(at_once.TakeUpTo(200, {1, Seconds(3600), 100}, kStart), 100u);
  EXPECT_EQ(at_once.TakeUpTo(20, {1, Seconds(1), 5}, kStart), 0u);
  EXPECT_EQ(at_once.TakeUpTo(20, {1, Seconds(1), 5}, kStart + Seconds(1)), 1u);
}

TEST(RateBucket, ThreadsShareItExactly) {
  const BucketShape shape(1, Seconds(3600), 5000);
  RateBucket bucket;
  std::atomic<int> passed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] { passed += Passed(bucket, shape, kStart, 4000); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(passed, 5000);
}

}  // namespace
}  // namespace synsplice
