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
  EXPECT_FALSE(statistics.is_challenged);
  workers[1].SetChallenged(true);
  statistics.Add(workers[0]), statistics.Add(workers[1]);
  EXPECT_TRUE(statistics.is_challenged);
}

TEST(BackendStatistics, TheLatestThatAnyWorkerHasSeenCounts) {
  const Time now = FromMilliseconds(1700000000000);
  std::array<BackendCounters, 3> workers;
  const auto all = [&] {
    BackendStatistics statistics;
    for (const BackendCounters& counters : workers) statistics.Add(counters);
    return statistics;
  };
  EXPECT_FALSE(all().IsDown()) << "nobody has asked it for anything";
  workers[0].NoteAnswer(now);
  workers[1].NoteDown(now + Seconds(1));
  EXPECT_TRUE(all().IsDown());
  workers[2].NoteAnswer(now + Seconds(2));
  EXPECT_FALSE(all().IsDown());
  for (BackendCounters& counters : workers) {
    counters.Count(BackendEvent::kSilent);
    counters.answers.Add(Milliseconds(2));
  }
  EXPECT_EQ(all().events[static_cast<size_t>(BackendEvent::kSilent)], 3u);
  EXPECT_EQ(all().answers.Count(), 3u);
}

}  // namespace
}  // namespace synsplice
