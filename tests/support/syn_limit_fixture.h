// A service that limits SYNs, and SYNs of its clients.
#pragma once

#include <vector>

#include "support/modes_fixture.h"

namespace synsplice::test {

inline constexpr RateLimit kThreeASecond = {{3, Seconds(1)}, 5, RateLimit::Action::kDrop};

class SynLimitTest : public AlwaysTest {
 protected:
  static Config Limited(RateLimit::Action action, bool per_source, Mode mode = Mode::kAlways) {
    Config config = In(mode);
    config.lists = {{"them", Tier::kAllow, ""}};
    RateLimit limit = kThreeASecond;
    limit.action = action;
    ServiceConfig& service = config.services[0];
    if (per_source) {
      static_cast<RateLimit&>(service.syn_limit_per_source) = limit;
      service.syn_limit_per_source.prefix_length_v4 = 24;
    } else {
      service.syn_limit = limit;
    }
    return config;
  }
  void Use(RateLimit::Action action, bool per_source = false, Mode mode = Mode::kAlways) {
    harness_.Adopt(Limited(action, per_source, mode));
  }
  Bytes SynOf(uint16_t port, uint32_t address = 0xc612000c) {
    Dialogue dialogue = Proxied(port);
    dialogue.client.address = Address::V4(address);
    return dialogue.Syn().Build();
  }
  Verdict Syn(uint16_t port, uint32_t address = 0xc612000c) {
    const Verdict verdict = harness_.Feed(Side::kOutside, SynOf(port, address));
    answers_ = harness_.Take(Side::kOutside);
    return verdict;
  }
  // Of so many, one after another and in one burst.
  int Passed(int count, Verdict::Kind kind = Verdict::Kind::kBounce) {
    int passed = 0;
    std::vector<Bytes> burst;
    for (int i = 0; i < count; ++i) burst.push_back(SynOf(next_port_++));
    for (const Verdict& verdict : harness_.FeedBurst(Side::kOutside, burst)) {
      passed += verdict.kind == kind && verdict.reason == Reason::kNone;
    }
    harness_.Take(Side::kOutside), harness_.Take(Side::kInside);
    return passed;
  }
  std::optional<RefusedClient> Noted() {
    RefusedClient refused;
    return harness_.proxy().refused_clients().Take(refused) ? std::optional(refused) : std::nullopt;
  }

  uint16_t next_port_ = 1000;
  std::vector<Bytes> answers_;
};

}  // namespace synsplice::test
