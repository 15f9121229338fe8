#include "admin/service_statistics.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(Durations, QuantilesAreBoundsOfBuckets) {
  DurationHistogram histogram;
  for (int i = 0; i < 98; ++i) histogram.Add(Milliseconds(1));
  histogram.Add(Milliseconds(3));
  histogram.Add(Milliseconds(60'000));
  Durations durations;
  durations.Add(histogram);
  EXPECT_EQ(durations.Count(), 100u);
  EXPECT_EQ(durations.milliseconds, 98 + 3 + 60'000u);
  EXPECT_EQ(durations.Quantile(0), Milliseconds(1));
  EXPECT_EQ(durations.Quantile(0.98), Milliseconds(1));
  EXPECT_EQ(durations.Quantile(0.99), Milliseconds(4));
  EXPECT_EQ(durations.Quantile(1), std::nullopt) << "the last bucket has no bound";
  EXPECT_EQ(Durations().Quantile(0.5), std::nullopt);
}

TEST(ServiceStatistics, WorkersAreAddedUp) {
  std::array<ServiceCounters, 2> workers;
  ServiceStatistics statistics;
  for (ServiceCounters& counters : workers) {
    for (size_t i = 0; i < kServiceEventCount; ++i) counters.Count(ServiceEvent(i), i + 1);
    for (size_t i = 0; i < kPhaseCount; ++i) {
      for (size_t n = 0; n <= i; ++n) counters.Enter(Phase(i));
    }
    counters.Leave(Phase::kRefused);
    counters.handshakes.Add(Milliseconds(5));
    statistics.Add(counters);
  }
  for (size_t i = 0; i < kServiceEventCount; ++i) EXPECT_EQ(statistics.events[i], 2 * (i + 1));
  for (size_t i = 0; i + 1 < kPhaseCount; ++i) EXPECT_EQ(statistics.flows[i], 2 * (i + 1));
  EXPECT_EQ(statistics.flows.back(), 2 * (kPhaseCount - 1));
  EXPECT_EQ(statistics.handshakes.milliseconds, 10u);
}

TEST(BackendStatistics, OneWorkerIsEnoughToKnowThatItIsDown) {
  const Time now = FromMilliseconds(1700000000000);
  std::array<BackendCounters, 3> workers;
  workers[1].SetDown(now + Seconds(1));
  BackendStatistics statistics;
  for (BackendCounters& counters : workers) {
    counters.Count(BackendEvent::kSilent);
    counters.answers.Add(Milliseconds(2));
    statistics.Add(counters, now);
  }
  EXPECT_TRUE(statistics.is_down);
  EXPECT_EQ(statistics.events[static_cast<size_t>(BackendEvent::kSilent)], 3u);
  EXPECT_EQ(statistics.answers.Count(), 3u);
  BackendStatistics later;
  later.Add(workers[1], now + Seconds(1));
  EXPECT_FALSE(later.is_down);
}

}  // namespace
}  // namespace synsplice
