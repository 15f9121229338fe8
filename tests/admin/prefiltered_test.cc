// Rule 47: what the pre-filter has dropped counts as if workers had seen it.
#include "admin/prefiltered.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr ListId kList = 3;
constexpr size_t kWorkers = 4;
constexpr uint32_t kFlood = 1000;  // SYNs per second

class PrefilteredTest : public testing::Test {
 protected:
  // A second later, with so many SYNs more, of `by_workers_` by the workers.
  ServiceState Look(uint64_t syns, Milliseconds later = Seconds(1), uint64_t blocked = 0) {
    Snapshot snapshot;
    snapshot.taken = now_ += later;
    snapshot.statistics.workers.resize(kWorkers);
    snapshot.ports.resize(2);
    snapshot.ports[0].prefilter =
        PrefilterCounts{{}, {}, {0, syns_ += syns}, {0, blocked_ += blocked}, 0};
    snapshot.ports[0].prefilter->by_list[kList] = 7;
    snapshot.services.resize(2);
    for (ServiceState& service : snapshot.services) service.flood_syns_per_second = kFlood;
    snapshot.services[1].statistics.events[static_cast<size_t>(ServiceEvent::kSyns)] = by_workers_;
    snapshot.lists = {{"bad", kList, Tier::kBlock}};
    snapshot.lists[0].hits = 2;
    prefiltered_.AddTo(snapshot);
    EXPECT_EQ(snapshot.lists[0].hits, 9u);
    EXPECT_FALSE(snapshot.services[0].statistics.is_flooded);
    return snapshot.services[1];
  }

  Time now_ = FromMilliseconds(1'700'000'000'000);
  uint64_t syns_ = 0, blocked_ = 0, by_workers_ = 5;
  Prefiltered prefiltered_;
};

uint64_t SynsOf(const ServiceState& service) {
  return service.statistics.events[static_cast<size_t>(ServiceEvent::kSyns)];
}

TEST_F(PrefilteredTest, SynsJoinThoseOfTheWorkers) {
  EXPECT_EQ(SynsOf(Look(100)), 105u);
  EXPECT_EQ(SynsOf(Look(100)), 205u);
}

TEST_F(PrefilteredTest, AFloodBeginsAtItsRateAndEndsBelowHalfOfIt) {
  EXPECT_FALSE(Look(kFlood - 1).statistics.is_flooded);
  EXPECT_TRUE(Look(kFlood).statistics.is_flooded);
  EXPECT_TRUE(Look(kFlood / 2).statistics.is_flooded);
  EXPECT_FALSE(Look(kFlood / 2 - 1).statistics.is_flooded);
  EXPECT_FALSE(Look(kFlood - 1).statistics.is_flooded);
}

TEST_F(PrefilteredTest, FramesOfBlockedClientsAreAFloodAndNoSynsOfTheService) {
  Look(0);
  const ServiceState service = Look(0, Seconds(1), 20'000);
  EXPECT_TRUE(service.statistics.is_flooded);
  EXPECT_EQ(SynsOf(service), 5u);
  EXPECT_FALSE(Look(0, Seconds(1), kFlood / 2 - 1).statistics.is_flooded);
}

// Limits are for one worker.
TEST_F(PrefilteredTest, AFloodIsWhatAWorkerHasAndWhatTheKernelHasKeptFromIt) {
  Look(0);
  by_workers_ += kWorkers * (kFlood - 200);
  EXPECT_FALSE(Look(100).statistics.is_flooded);
  by_workers_ += kWorkers * (kFlood - 200);
  EXPECT_TRUE(Look(100, Seconds(1), 100).statistics.is_flooded);
}

TEST_F(PrefilteredTest, ALookThatComesAtOnceDecidesNothing) {
  EXPECT_FALSE(Look(1).statistics.is_flooded);
  EXPECT_FALSE(Look(kFlood / 2, Milliseconds(10)).statistics.is_flooded);
  EXPECT_TRUE(Look(kFlood).statistics.is_flooded);
  EXPECT_TRUE(Look(0, Milliseconds(10)).statistics.is_flooded);
}

TEST_F(PrefilteredTest, WithoutOneNothingChanges) {
  Snapshot snapshot;
  snapshot.ports.resize(2);
  snapshot.services.resize(1);
  prefiltered_.AddTo(snapshot);
  EXPECT_EQ(SynsOf(snapshot.services[0]), 0u);
}

}  // namespace
}  // namespace synsplice
