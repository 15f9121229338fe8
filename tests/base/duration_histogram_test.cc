#include "synsplice/base/duration_histogram.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(DurationHistogram, EachBucketEndsAtItsBound) {
  EXPECT_EQ(DurationHistogram::BucketOf(Milliseconds(0)), 0u);
  EXPECT_EQ(DurationHistogram::BucketOf(Milliseconds(1)), 0u);
  for (size_t i = 1; i + 1 < DurationHistogram::kBuckets; ++i) {
    const Milliseconds bound = DurationHistogram::UpperBound(i);
    EXPECT_EQ(DurationHistogram::BucketOf(bound), i);
    EXPECT_EQ(DurationHistogram::BucketOf(bound + Milliseconds(1)), i + 1);
  }
}

TEST(DurationHistogram, WhatIsLongerStandsInTheLastOne) {
  const auto longest = DurationHistogram::UpperBound(DurationHistogram::kBuckets - 2);
  EXPECT_EQ(longest, Milliseconds(32768));
  for (const auto duration : {longest + Milliseconds(1), Milliseconds(INT64_MAX)}) {
    EXPECT_EQ(DurationHistogram::BucketOf(duration), DurationHistogram::kBuckets - 1);
  }
}

TEST(DurationHistogram, CountsAndAddsUp) {
  DurationHistogram histogram;
  for (const int64_t ms : {0, 1, 3, 4, 100'000, -5}) histogram.Add(Milliseconds(ms));
  EXPECT_EQ(histogram.Get(0), 3u);
  EXPECT_EQ(histogram.Get(2), 2u);
  EXPECT_EQ(histogram.Get(DurationHistogram::kBuckets - 1), 1u);
  EXPECT_EQ(histogram.milliseconds(), 100'008u);
}

}  // namespace
}  // namespace synsplice
