// Rule 40: how many SYNs get a cookie. Rule 41 is in open/accept_limit_test.cc.
#include "answer/rate_limits.h"

#include "support/syn_limit_fixture.h"

namespace synsplice::test {
namespace {

class SynLimit : public SynLimitTest {};

TEST_F(SynLimit, ABurstThenTheRate) {
  Use(RateLimit::Action::kDrop);
  EXPECT_EQ(Passed(20), 5);
  harness_.Advance(Milliseconds(1000));
  EXPECT_EQ(Passed(20), 3);
  EXPECT_EQ(harness_.Count(Reason::kSynLimit), 32u);
  EXPECT_EQ(Get(ServiceEvent::kSynLimitRejections), 32u);
  EXPECT_EQ(Get(ServiceEvent::kSyns), 40u);
  EXPECT_EQ(Get(ServiceEvent::kCookiesSent), 8u);
}

TEST_F(SynLimit, ASynThatComesAgainIsOne) {
  Use(RateLimit::Action::kDrop);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Syn(1), Verdict::Bounce());
  EXPECT_EQ(Syn(1), Verdict::Drop(Reason::kSynLimit));
}

TEST_F(SynLimit, OfASourceIsItsOwn) {
  Use(RateLimit::Action::kDrop, true);
  EXPECT_EQ(Passed(20), 5);
  EXPECT_EQ(Syn(1, 0xc61200fe), Verdict::Drop(Reason::kSynLimitPerSource)) << "of its /24";
  EXPECT_EQ(Syn(1, 0xc61201fe), Verdict::Bounce());
  EXPECT_EQ(Get(ServiceEvent::kSynLimitRejections), 16u);
}

// Nor is he charged for what the others have used up.
TEST_F(SynLimit, WhoIsRefusedForAllOwesNothing) {
  Config config = Limited(RateLimit::Action::kDrop, true);
  config.services[0].syn_limit = {{1, Seconds(1)}, 1, RateLimit::Action::kDrop};
  harness_.Adopt(config);
  EXPECT_EQ(Syn(1, 0xc6120100), Verdict::Bounce());
  for (int i = 0; i < 9; ++i) EXPECT_EQ(Syn(1), Verdict::Drop(Reason::kSynLimit));
}

TEST_F(SynLimit, AResetIsWithinTheBudget) {
  Config config = Limited(RateLimit::Action::kReset, false);
  config.handshake.wrong_cookie_resets_per_second = 2;
  harness_.Adopt(config);
  EXPECT_EQ(Passed(5), 5);
  for (uint16_t i = 0; i < 2; ++i) {
    EXPECT_EQ(Syn(i), Verdict::Refuse(Reason::kSynLimit));
    ASSERT_EQ(answers_.size(), 1u);
  }
  EXPECT_EQ(Syn(3), Verdict::Drop(Reason::kSynLimit));
}

TEST_F(SynLimit, LogOnlyCountsAndTells) {
  Use(RateLimit::Action::kLog);
  EXPECT_EQ(Passed(20), 20);
  EXPECT_EQ(Get(ServiceEvent::kWouldSynLimitRejections), 15u);
  EXPECT_EQ(Get(ServiceEvent::kSynLimitRejections), 0u);
  const auto noted = Noted();
  ASSERT_TRUE(noted);
  EXPECT_EQ(noted->limit, Reason::kSynLimit);
}

TEST_F(SynLimit, IsToldOnceForANetwork) {
  Use(RateLimit::Action::kDrop, true);
  Passed(20);
  const auto noted = Noted();
  ASSERT_TRUE(noted);
  EXPECT_EQ(noted->client, Address::V4(0xc612000c));
  EXPECT_EQ(noted->limit, Reason::kSynLimitPerSource);
  EXPECT_FALSE(Noted());
}

TEST_F(SynLimit, ThoseOfAnAllowListHaveNone) {
  Use(RateLimit::Action::kDrop);
  const std::vector<Prefix> everybody = {{*ParseAddress("0.0.0.0"), 0}};
  ListTable table;
  table.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, everybody}});
  table.tiers[1] = Tier::kAllow;
  harness_.shared().lists = &table;
  EXPECT_EQ(Passed(20), 20);
  table.tiers[1] = Tier::kLog;
  EXPECT_EQ(Passed(20), 5);
  harness_.shared().lists = nullptr;
}

TEST_F(SynLimit, MonitorCountsWhatAlwaysWouldDo) {
  Use(RateLimit::Action::kDrop, false, Mode::kMonitor);
  EXPECT_EQ(Passed(20, Verdict::Kind::kForward), 20);
  EXPECT_EQ(Get(ServiceEvent::kWouldSynLimitRejections), 15u);
  EXPECT_EQ(Get(ServiceEvent::kWouldCookiesSent), 5u);
  EXPECT_FALSE(Noted());
}

// Limits are of those who are challenged.
TEST_F(SynLimit, OtherModesTakeNoTokens) {
  Use(RateLimit::Action::kDrop, false, Mode::kOff);
  EXPECT_EQ(Passed(20, Verdict::Kind::kForward), 20);
  Use(RateLimit::Action::kDrop);
  EXPECT_EQ(Passed(20), 5);
}

TEST_F(SynLimit, AFloodThatIsRefusedIsOne) {
  Config config = Limited(RateLimit::Action::kDrop, false);
  config.services[0].flood_syns_per_second = 10;
  harness_.Adopt(config);
  Passed(20);
  harness_.Advance(Seconds(1));
  EXPECT_TRUE(harness_.proxy().service_counters()[0].IsFlooded());
}

TEST_F(SynLimit, ASynOfALiveConnectionIsNone) {
  Use(RateLimit::Action::kDrop);
  Dialogue dialogue = Proxied(1);
  dialogue.Splice();
  EXPECT_EQ(Passed(20), 4);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.Syn()), Verdict::Bounce()) << "a challenge ACK";
  EXPECT_EQ(harness_.Count(Event::kChallengeAcks), 1u);
  harness_.Take(Side::kOutside);
}

TEST_F(SynLimit, AReloadChangesIt) {
  Use(RateLimit::Action::kDrop);
  EXPECT_EQ(Passed(20), 5);
  Config config = Limited(RateLimit::Action::kDrop, false);
  config.services[0].syn_limit.rate.count = 0;
  config.services[0].syn_limit = {};
  harness_.Adopt(config);
  EXPECT_EQ(Passed(20), 20);
  Use(RateLimit::Action::kDrop);
  EXPECT_EQ(Passed(20), 0) << "what was owed still is";
}

}  // namespace
}  // namespace synsplice::test
