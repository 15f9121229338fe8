// When backends are checked: each at its own moment, and as often as configured.
#include "health/check_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace synsplice {
namespace {

constexpr Time kBegin = FromMilliseconds(1700000000000);
constexpr uint16_t kBackends = 256;

Config Checked(Milliseconds interval) {
  Config config;
  ServiceConfig& service = config.services.emplace_back();
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80")};
  for (uint16_t i = 0; i < kBackends; ++i) {
    service.backends.push_back({{Address::V4(0xc6120100u + i), 80}, std::nullopt});
  }
  service.health.source_v4 = *ParseAddress("198.18.0.250");
  service.health.interval = interval;
  return config;
}

Config Unchecked() {
  Config config = Checked(Seconds(2));
  config.services[0].health = {};
  return config;
}

class CheckPlanTest : public ::testing::Test {
 protected:
  CheckPlanTest() { plan_.Adopt(policy_, results_, kBegin); }

  const Policy policy_{Checked(Seconds(2))};
  BackendChecks results_{{1, 2}};
  CheckPlan plan_;
};

TEST_F(CheckPlanTest, BackendsHaveTheirMomentsInTheInterval) {
  std::set<int64_t> moments;
  for (BackendId id = 1; id <= kBackends; ++id) {
    const Milliseconds moment = plan_.Of(id).due - kBegin;
    EXPECT_GE(moment, Milliseconds(0));
    EXPECT_LT(moment, Seconds(2));
    moments.insert(moment.count());
  }
  EXPECT_EQ(moments.size(), kBackends) << "no two in one millisecond";
}

TEST_F(CheckPlanTest, EveryBackendHasItsTurn) {
  std::set<BackendId> seen;
  for (size_t i = 0; i < plan_.size(); ++i) seen.insert(plan_.Step());
  EXPECT_EQ(seen.size(), kBackends);
}

TEST_F(CheckPlanTest, AShorterIntervalHoldsAtOnce) {
  const Policy next(Checked(Milliseconds(100)), policy_);
  plan_.Adopt(next, results_, kBegin);
  for (BackendId id = 1; id <= kBackends; ++id) {
    EXPECT_LE(plan_.Of(id).due, kBegin + Milliseconds(100));
  }
}

TEST_F(CheckPlanTest, WhatIsCheckedNoLongerIsNotDown) {
  plan_.Of(3).health.OnCheck(false, 1, 1);
  results_.SetDown(3, true, kBegin);
  const uint64_t generation = results_.generation();
  const Policy same(Checked(Seconds(2)), policy_);
  plan_.Adopt(same, results_, kBegin);
  EXPECT_TRUE(results_.Of(3).down.load()) << "another policy changes nothing";
  const Policy next(Unchecked(), same);
  plan_.Adopt(next, results_, kBegin);
  EXPECT_FALSE(results_.Of(3).down.load());
  EXPECT_NE(results_.generation(), generation);
  EXPECT_EQ(plan_.size(), 0u);
}

}  // namespace
}  // namespace synsplice
