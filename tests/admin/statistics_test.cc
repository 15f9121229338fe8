#include "admin/statistics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace synsplice {
namespace {

Statistics After(uint64_t first, uint64_t second) {
  Statistics statistics;
  for (const uint64_t frames : {first, second}) {
    Counters counters;
    counters.Count(Event::kOutsideFrames, frames);
    counters.Count(Event::kInsideFrames, frames);
    statistics.Add(counters);
  }
  statistics.duration = std::chrono::seconds(1 + first);
  return statistics;
}

TEST(Statistics, BusiestShareIsOfTheFramesBetween) {
  EXPECT_EQ(BusiestShare({}, After(0, 0)), 0);
  EXPECT_EQ(BusiestShare({}, After(30, 10)), 0.75);
  EXPECT_EQ(BusiestShare(After(30, 10), After(31, 11)), 0.5);
  EXPECT_EQ(BusiestShare(After(30, 10), After(30, 11)), 1);
}

TEST(Statistics, SummaryTellsTheBusiestOfSeveral) {
  EXPECT_TRUE(Summary(After(0, 0), After(9, 1)).ends_with(", busiest worker 90 %"));
  Statistics one;
  one.Add(Counters());
  one.duration = std::chrono::seconds(1);
  EXPECT_TRUE(Summary({}, one).ends_with("handshakes 0"));
}

TEST(Statistics, JsonAndTableTellEachWorker) {
  Statistics statistics = After(30, 10);
  statistics.workers[1].strangers_lost = 7;
  const auto json = nlohmann::json::parse(Json(statistics));
  EXPECT_EQ(json["workers"].size(), 2u);
  EXPECT_EQ(json["workers"][0]["frames"], 60);
  EXPECT_EQ(json["workers"][1]["strangers_lost"], 7);
  EXPECT_EQ(json["busiest_worker_share"], 0.75);
  EXPECT_NE(Table(statistics).find("worker_1.strangers_lost"), std::string::npos);
}

}  // namespace
}  // namespace synsplice
