#include "admin/recent_handshakes.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

class RecentHandshakesTest : public testing::Test {
 protected:
  RecentHandshakesTest() {
    snapshot_.taken = FromMilliseconds(1'700'000'000'000);
    snapshot_.services.resize(1);
  }
  // So many more, of one bucket.
  void Add(size_t bucket, uint64_t count, size_t service = 0) {
    snapshot_.services[service].statistics.handshakes.buckets[bucket] += count;
  }
  void LookAfter(Milliseconds time) {
    snapshot_.taken += time;
    recent_.Look(snapshot_);
  }
  const Durations& Recent(size_t service = 0) const {
    return snapshot_.services[service].recent_handshakes;
  }

  Snapshot snapshot_;
  RecentHandshakes recent_;
};

TEST_F(RecentHandshakesTest, TheFirstLookHasNothingToCompareWith) {
  Add(0, 100);
  LookAfter(Seconds(1));
  EXPECT_EQ(Recent().Count(), 0u);
}

TEST_F(RecentHandshakesTest, TellsThoseOfTheLastSecondOnly) {
  Add(0, 100);
  LookAfter(Seconds(1));
  Add(5, 3);
  LookAfter(Seconds(1));
  EXPECT_EQ(Recent().Count(), 3u);
  EXPECT_EQ(Recent().Quantile(0.5), Milliseconds(32));
  LookAfter(Seconds(1));
  EXPECT_EQ(Recent().Count(), 0u);
}

// As after a reload.
TEST_F(RecentHandshakesTest, ALookBetweenTheSecondsTellsTheSame) {
  LookAfter(Seconds(1));
  Add(5, 3);
  LookAfter(Seconds(1));
  LookAfter(Milliseconds(10));
  EXPECT_EQ(Recent().Count(), 3u);
}

TEST_F(RecentHandshakesTest, ANewServiceHadNoneBefore) {
  LookAfter(Seconds(1));
  snapshot_.services.resize(2);
  Add(1, 2, 1);
  LookAfter(Seconds(1));
  EXPECT_EQ(Recent(1).Count(), 2u);
}

}  // namespace
}  // namespace synsplice
