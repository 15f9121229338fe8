#include "admin/suggest_view.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

TEST(SuggestView, ThreeTimesOfWhatIsUsual) {
  const JsonValue view = SuggestView(ExampleSnapshot());
  ASSERT_EQ(view.size(), 2u);
  EXPECT_EQ(view[0]["learning"], true);
  EXPECT_TRUE(view[0]["suggested"].is_null());
  EXPECT_EQ(view[1], JsonValue::parse(R"({
    "service": "ssh", "learning": false, "learned_s": 7200,
    "measured": {"syns_per_second": 330, "syns_per_second_of_a_minute": 280,
                 "incomplete_percent": 4, "source_syns_per_second": 21,
                 "source_connections": 55},
    "suggested": {
      "syn_limit": {"rate": "840/s", "burst": 990},
      "syn_limit_per_source": {"rate": "63/s", "burst": 130},
      "accept_limit": {"rate": "810/s", "burst": 960},
      "accept_limit_per_source": {"rate": "63/s", "burst": 130},
      "connlimit": {"above": 170},
      "adaptive": {"syns_per_second": {"start": 990, "end": 500},
                   "incomplete_percent": {"start": 25, "end": 12},
                   "risk_percent": {"start": 300, "end": 150}}}
  })"));
}

TEST(SuggestView, OfHardlyAnythingIsTheLeast) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[1].risk.day = {1.2, 0, 0.2, 1, 0.5};
  const JsonValue suggested = SuggestView(snapshot)[1]["suggested"];
  EXPECT_EQ(suggested["syn_limit"].dump(), R"({"rate":"3/s","burst":5})");
  EXPECT_EQ(suggested["syn_limit_per_source"].dump(), R"({"rate":"3/s","burst":5})");
  EXPECT_EQ(suggested["connlimit"]["above"], 10);
  EXPECT_EQ(suggested["adaptive"]["incomplete_percent"].dump(), R"({"start":95,"end":75})");
}

TEST(SuggestView, NothingIsMoreThanTheConfigurationTakes) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[1].risk.day = {900'000, 400'000, 350'000, 400'000, 0};
  const JsonValue suggested = SuggestView(snapshot)[1]["suggested"];
  for (const char* limit : {"syn_limit", "syn_limit_per_source", "accept_limit"}) {
    EXPECT_EQ(suggested[limit].dump(), R"({"rate":"1000000/s","burst":1000000})") << limit;
  }
  EXPECT_EQ(suggested["connlimit"]["above"], 1'000'000);
  EXPECT_EQ(suggested["adaptive"]["syns_per_second"]["start"], 2'700'000);
}

TEST(SuggestView, WhatWasNotMeasuredIsNotSuggested) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[1].risk.day = {330, 280, 0, 0, 0};
  JsonValue suggested = SuggestView(snapshot)[1]["suggested"];
  for (const char* limit : {"syn_limit_per_source", "accept_limit_per_source", "connlimit"}) {
    EXPECT_TRUE(suggested[limit].is_null()) << limit;
  }
  snapshot.services[1].risk.day = {};
  EXPECT_TRUE(SuggestView(snapshot)[1]["suggested"].is_null()) << "no SYN ever";
  snapshot.services[1].removed = true;
  EXPECT_EQ(SuggestView(snapshot).size(), 1u);
}

}  // namespace
}  // namespace synsplice
