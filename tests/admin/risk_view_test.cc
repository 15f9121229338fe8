#include "admin/risk_view.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

TEST(RiskView, TellsAllThatTheDetectorConcludes) {
  EXPECT_EQ(RiskView(ExampleRisk()), JsonValue::parse(R"({
    "risk_percent": 412, "learning": false, "learned_s": 7200,
    "incomplete_percent": 19, "usual_incomplete_percent": 5, "usual_source_syns_per_second": 14,
    "windows": {
      "1s": {"syns_per_second": 130, "incomplete_per_second": 80, "usual_syns_per_second": 120,
             "usual_incomplete_per_second": 6, "risk_percent": 1333},
      "60s": {"syns_per_second": 116, "incomplete_per_second": 23, "usual_syns_per_second": 110,
              "usual_incomplete_per_second": 6, "risk_percent": 411}},
    "sources": [
      {"source": "198.18.2.1", "tier": "log", "syns_per_second": 9, "risk_percent": 412},
      {"source": "2001:db8:0:1::/64", "tier": "none", "syns_per_second": 3, "risk_percent": 7}]
  })"));
}

}  // namespace
}  // namespace synsplice
