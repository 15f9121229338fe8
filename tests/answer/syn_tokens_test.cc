// Rule 40, of SYNs that come in one burst.
#include "answer/syn_tokens.h"

#include "support/syn_limit_fixture.h"

namespace synsplice::test {
namespace {

class SynTokens : public SynLimitTest {};

// Of one burst, in which all are told apart.
TEST_F(SynTokens, WhoIsBlockedTakesNothingAndWhoIsAllowedNeither) {
  for (const Tier tier : {Tier::kBlock, Tier::kAllow}) {
    Use(RateLimit::Action::kDrop);
    harness_.Advance(Seconds(60));
    const std::vector<Prefix> them = {*ParsePrefix("100.64.0.0/16")};
    ListTable lists;
    lists.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, them}});
    lists.tiers[1] = tier;
    harness_.shared().lists = &lists;
    std::vector<Bytes> burst;
    // Theirs come before, between and behind those of others, of whom the sixth has no token.
    const auto is_theirs = [](size_t i) { return i % 3 != 1; };
    for (uint16_t i = 0; i < 20; ++i)
      burst.push_back(SynOf(i, is_theirs(i) ? 0x64400001 : 0xc612000c));
    const auto verdicts = harness_.FeedBurst(Side::kOutside, burst);
    const Verdict said =
        tier == Tier::kAllow ? Verdict::Bounce() : Verdict::Drop(Reason::kListBlock);
    for (size_t i = 0; i < 20; ++i) {
      const Verdict other = i < 16 ? Verdict::Bounce() : Verdict::Drop(Reason::kSynLimit);
      EXPECT_EQ(verdicts[i], is_theirs(i) ? said : other) << i;
    }
    harness_.Take(Side::kOutside);
    harness_.shared().lists = nullptr;
  }
}

// Their tokens are taken with those of the SYNs around them, and go back.
TEST_F(SynTokens, SynsOfLiveConnectionsInABurstAreNone) {
  Dialogue live = Proxied(1);
  live.Splice();
  for (const bool per_source : {false, true}) {
    Use(RateLimit::Action::kDrop, per_source);
    std::vector<Bytes> burst;
    for (uint16_t i = 0; i < 11; ++i) {
      burst.push_back(i % 2 == 0 ? SynOf(next_port_++) : live.Syn().Build());
    }
    const auto verdicts = harness_.FeedBurst(Side::kOutside, burst);
    for (size_t i = 0; i < 10; ++i) EXPECT_EQ(verdicts[i], Verdict::Bounce()) << i;
    EXPECT_EQ(verdicts[10].kind, Verdict::Kind::kDrop) << "the sixth one";
    harness_.Take(Side::kOutside);
  }
}

// Who has no limits has taken none.
TEST_F(SynTokens, AnAllowedClientGivesNoneBack) {
  Dialogue live = Proxied(1);
  live.client.address = Address::V4(0x64400001);
  live.Splice();
  Use(RateLimit::Action::kDrop);
  const std::vector<Prefix> them = {*ParsePrefix("100.64.0.0/16")};
  ListTable lists;
  lists.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, them}});
  lists.tiers[1] = Tier::kAllow;
  harness_.shared().lists = &lists;
  EXPECT_EQ(Passed(20), 5);
  const std::vector<Bytes> burst = {live.Syn().Build(), SynOf(next_port_++), live.Syn().Build(),
                                    SynOf(next_port_++)};
  const auto verdicts = harness_.FeedBurst(Side::kOutside, burst);
  for (const size_t i : {1u, 3u}) EXPECT_EQ(verdicts[i], Verdict::Drop(Reason::kSynLimit)) << i;
  harness_.Take(Side::kOutside);
  harness_.shared().lists = nullptr;
}

// Whoever is over his own limit takes nothing from the others'.
TEST_F(SynTokens, ThatOfTheSourceComesFirst) {
  Config config = Limited(RateLimit::Action::kDrop, true);
  config.services[0].syn_limit = {{1, Seconds(60)}, 8, RateLimit::Action::kDrop};
  harness_.Adopt(config);
  EXPECT_EQ(Passed(60), 5);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(Syn(1, 0xc6120100 + (i << 8)), Verdict::Bounce());
  EXPECT_EQ(Syn(1, 0xc6120900), Verdict::Drop(Reason::kSynLimit));
}

// Each of them pays at its own service, whoever stands around it.
TEST_F(SynTokens, SynsOfTwoServicesInABurst) {
  Config config = Limited(RateLimit::Action::kDrop, true);
  config.services.push_back(config.services[0]);
  config.services[1].name = "other";
  for (Endpoint& endpoint : config.services[1].listen) ++endpoint.port;
  harness_.Adopt(config);
  EXPECT_EQ(Passed(3), 3);
  std::vector<Bytes> burst;
  for (size_t i = 0; i < 14; ++i) {
    Dialogue dialogue = Proxied(next_port_++);
    dialogue.client.address = Address::V4(0xc612000c);
    dialogue.listener.port = static_cast<uint16_t>(dialogue.listener.port + i % 2);
    burst.push_back(dialogue.Syn().Build());
  }
  const auto verdicts = harness_.FeedBurst(Side::kOutside, burst);
  for (size_t i = 0; i < 14; ++i) {
    const bool has_token = i / 2 < (i % 2 == 0 ? 2 : 5);
    EXPECT_EQ(verdicts[i],
              has_token ? Verdict::Bounce() : Verdict::Drop(Reason::kSynLimitPerSource))
        << i;
  }
  harness_.Take(Side::kOutside);
}

}  // namespace
}  // namespace synsplice::test
