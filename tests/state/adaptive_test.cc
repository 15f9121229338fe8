#include "state/adaptive.h"

#include "io/memory/state_memory.h"
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr SipKey kSeed{1, 2};

Config Watching() {
  Config config = TransparentConfig();
  config.services[0].mode = Mode::kAdaptive;
  config.services[0].adaptive.syns_per_second = Threshold{100, 50, Seconds(1)};
  return config;
}

// Rule 38: two workers see half of an attack each.
class AdaptiveWorkers : public testing::Test {
 protected:
  void Follow() {
    for (Context* worker : {&first_, &second_}) {
      worker->now += AttackJudge::kLook;
      FollowLoads(*worker);
    }
  }
  bool BothChallenge(bool challenge) const {
    return first_.modes[0].challenges() == challenge && second_.modes[0].challenges() == challenge;
  }

  Policy policy_{Watching()};
  StateMemory memory_{Watching(), 2};
  Shared shared_{memory_.state(), kSeed, kOutsideMac, kInsideMac};
  Context first_{policy_, shared_, kSeed, kStart, 0}, second_{policy_, shared_, kSeed, kStart, 1};
};

TEST_F(AdaptiveWorkers, TurnTogetherByWhatBothHaveSeen) {
  Follow();
  EXPECT_TRUE(BothChallenge(false));
  for (Context* worker : {&first_, &second_}) {
    worker->service_counters[0].Count(ServiceEvent::kSyns, 50);
  }
  Follow(), Follow();
  EXPECT_TRUE(BothChallenge(true));
  for (int look = 0; look < 30; ++look) Follow();
  EXPECT_TRUE(BothChallenge(false));
}

TEST_F(AdaptiveWorkers, WhatTheShellCountsIsJudgedToo) {
  Config config = Watching();
  config.services[0].adaptive = {};
  config.services[0].adaptive.bytes_per_second = Threshold{1000, 500, Seconds(1)};
  const Policy next(config, policy_);
  first_.Adopt(next), second_.Adopt(next);
  Follow();
  shared_.outside_bytes = 1000;
  Follow();
  EXPECT_TRUE(BothChallenge(true));
}

TEST_F(AdaptiveWorkers, WhatTheDetectorSaysIsFollowed) {
  Config config = Watching();
  config.services[0].adaptive = {};
  config.services[0].adaptive.risk_percent = Threshold{300, 150, Seconds(1)};
  const Policy next(config, policy_);
  first_.Adopt(next), second_.Adopt(next);
  Follow();
  EXPECT_TRUE(BothChallenge(false));
  shared_.loads[0].risk_percent = 300;
  Follow();
  EXPECT_TRUE(BothChallenge(true));
  shared_.loads[0].risk_percent = 149;
  for (int look = 0; look < 30; ++look) Follow();
  EXPECT_TRUE(BothChallenge(false));
}

TEST_F(AdaptiveWorkers, ConnectionsThatWereNotedAreComplete) {
  Config config = Watching();
  config.services[0].adaptive = {};
  config.services[0].adaptive.in_flight = Threshold{10, 5, Seconds(1)};
  const Policy next(config, policy_);
  first_.Adopt(next), second_.Adopt(next);
  Follow();
  second_.service_counters[0].Count(ServiceEvent::kSyns, 100);
  second_.service_counters[0].Count(ServiceEvent::kConnectionsNoted, 60);
  second_.service_counters[0].Count(ServiceEvent::kConnectionsOpened, 31);
  Follow(), Follow();
  EXPECT_TRUE(BothChallenge(false));
  second_.service_counters[0].Count(ServiceEvent::kSyns, 1);
  Follow(), Follow();
  EXPECT_TRUE(BothChallenge(true));
}

}  // namespace
}  // namespace synsplice::test
