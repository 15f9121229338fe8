// Rule 41: how fast clients whose cookie was valid open connections.
#include "answer/rate_limits.h"
#include "support/modes_fixture.h"

namespace synsplice::test {
namespace {

using Action = RateLimit::Action;

class Accepts : public AlwaysTest {
 protected:
  static Config Limited(Action action, Milliseconds queue = {}, Mode mode = Mode::kAlways) {
    Config config = In(mode);
    AcceptLimit& limit = config.services[0].accept_limit;
    static_cast<RateLimit&>(limit) = {{10, Seconds(1)}, 2, action};
    limit.queue = queue;
    return config;
  }
  static Config LimitedPerSource(Action action, const std::string& overload = "") {
    Config config = In(Mode::kAlways);
    config.lists = {{"them", Tier::kBlock, ""}};
    SourceRateLimit& limit = config.services[0].accept_limit_per_source;
    static_cast<RateLimit&>(limit) = {{10, Seconds(1)}, 2, action};
    limit.overload = overload;
    return config;
  }
  Verdict Knock(Dialogue& dialogue, const std::string& data = "") {
    dialogue.Open();
    return Return(dialogue, data);
  }
  Verdict Return(Dialogue& dialogue, const std::string& data = "") {
    TcpFrame ack = dialogue.FromClient(data.empty() ? kA : kP | kA, 1, 1, data);
    ack.options.timestamps->second = dialogue.tsval_p;
    return harness_.Feed(Side::kOutside, ack);
  }
  // So many clients of one address, each opened by its backend at once.
  std::vector<Verdict> Connections(int count) {
    std::vector<Verdict> verdicts;
    for (int i = 0; i < count; ++i) {
      Dialogue dialogue = Proxied(next_port_++);
      verdicts.push_back(Knock(dialogue));
      if (verdicts.back() == Verdict::Consumed()) {
        harness_.Take(Side::kInside);
        dialogue.Answer();
      }
      resets_ += harness_.Take(Side::kOutside).size();
    }
    return verdicts;
  }
  Dialogue Other(uint16_t number) {
    Dialogue other = Proxied(1);
    other.client.address = Address::V4(0xc61200f0 + number);
    return other;
  }
  static constexpr RateLimit Minutely(uint32_t burst, Action action) {
    return {{1, Seconds(60)}, burst, action};
  }
  size_t TakeNotes() {
    size_t count = 0;
    for (ClientNote note; harness_.proxy().notes().Take(note); ++count) {
      EXPECT_EQ(note.kind, ClientNote::Kind::kOverAcceptLimit);
    }
    return count;
  }

  uint16_t next_port_ = 1000;
  size_t resets_ = 0;
};

TEST_F(Accepts, ABurstThenTheRate) {
  harness_.Adopt(Limited(Action::kReset));
  const Verdict refused = Verdict::Refuse(Reason::kAcceptLimit), opens = Verdict::Consumed();
  EXPECT_EQ(Connections(4), (std::vector<Verdict>{opens, opens, refused, refused}));
  EXPECT_EQ(resets_, 2u);
  harness_.Advance(Milliseconds(100));
  EXPECT_EQ(Connections(2), (std::vector<Verdict>{opens, refused}));
  EXPECT_EQ(Get(ServiceEvent::kAcceptLimitRejections), 3u);
  EXPECT_EQ(Get(ServiceEvent::kConnectionsOpened), 3u);
  EXPECT_EQ(harness_.Count(Reason::kAcceptLimit), 3u);
}

// As with connlimit: the client may come again, with the same cookie.
TEST_F(Accepts, ActionDropIsSilentAndMayTryAgain) {
  harness_.Adopt(Limited(Action::kDrop));
  Connections(2);
  Dialogue third = Proxied(1);
  EXPECT_EQ(Knock(third), Verdict::Drop(Reason::kAcceptLimit));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Advance(Milliseconds(100));
  EXPECT_EQ(Return(third), Verdict::Consumed());
  harness_.Take(Side::kInside);
}

TEST_F(Accepts, LogOnlyCountsAndTells) {
  harness_.Adopt(Limited(Action::kLog));
  Connections(5);
  EXPECT_EQ(Get(ServiceEvent::kConnectionsOpened), 5u);
  EXPECT_EQ(Get(ServiceEvent::kWouldAcceptLimitRejections), 3u);
  RefusedClient refused;
  ASSERT_TRUE(harness_.proxy().refused_clients().Take(refused));
  EXPECT_EQ(refused.limit, Reason::kAcceptLimit);
}

TEST_F(Accepts, WhoMayWaitDoesSoWithHisData) {
  harness_.Adopt(Limited(Action::kReset, Milliseconds(200)));
  Connections(2);
  Dialogue third = Proxied(1), fourth = Proxied(2), fifth = Proxied(3);
  EXPECT_EQ(Knock(third, "request").kind, Verdict::Kind::kHold);
  EXPECT_EQ(Knock(fourth), Verdict::Consumed());
  EXPECT_EQ(Knock(fifth), Verdict::Refuse(Reason::kAcceptLimit)) << "300 ms would be too long";
  harness_.Take(Side::kOutside);
  harness_.Advance(Milliseconds(90));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Advance(Milliseconds(10));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).source, third.client);
  harness_.Feed(Side::kInside, third.ServerSynAck()).kind;
  EXPECT_EQ(harness_.TakeTcp(Side::kInside, 2)[1].payload, "request");
  harness_.Take(Side::kOutside);
  harness_.Advance(Milliseconds(100));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).source, fourth.client);
}

TEST_F(Accepts, AResetEndsTheWait) {
  harness_.Adopt(Limited(Action::kReset, Milliseconds(200)));
  Connections(2);
  Dialogue third = Proxied(1);
  EXPECT_EQ(Knock(third, "request").kind, Verdict::Kind::kHold);
  TcpFrame reset = third.FromClient(kR, 8, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  EXPECT_EQ(harness_.held_count(), 0u);
  harness_.Advance(Seconds(1));
  EXPECT_TRUE(harness_.IsQuiet());
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

// From one line to the other.
TEST_F(Accepts, BehindTheLimitStandsTheBackend) {
  Config config = Limited(Action::kReset, Milliseconds(200));
  config.services[0].max_opening = 1;
  harness_.Adopt(config);
  Dialogue first = Proxied(1), second = Proxied(2), third = Proxied(3);
  EXPECT_EQ(Knock(first), Verdict::Consumed());
  EXPECT_EQ(harness_.TakeOne(Side::kInside).source, first.client);
  EXPECT_EQ(Knock(second), Verdict::Consumed());
  EXPECT_EQ(Knock(third), Verdict::Consumed());
  harness_.Advance(Milliseconds(500));
  EXPECT_TRUE(harness_.IsQuiet());
  first.Answer();
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).source, second.client);
  second.Answer();
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).source, third.client);
}

TEST_F(Accepts, OfASourceIsItsOwn) {
  harness_.Adopt(LimitedPerSource(Action::kReset));
  Connections(4);
  EXPECT_EQ(Get(ServiceEvent::kAcceptLimitRejections), 2u);
  EXPECT_EQ(harness_.Count(Reason::kAcceptLimitPerSource), 2u);
  Dialogue other = Other(1);
  EXPECT_EQ(Knock(other), Verdict::Consumed());
  harness_.Take(Side::kInside);
  EXPECT_EQ(TakeNotes(), 0u);
}

// Addresses are proven here.
TEST_F(Accepts, WhoIsOverHisOwnMayBeListed) {
  harness_.Adopt(LimitedPerSource(Action::kReset, "them"));
  Connections(5);
  EXPECT_EQ(TakeNotes(), 1u);
}

// Another one had the last token of all: that is not his doing.
TEST_F(Accepts, WhoIsRefusedForAllIsNotOverHisOwn) {
  Config config = LimitedPerSource(Action::kReset, "them");
  ServiceConfig& service = config.services[0];
  static_cast<RateLimit&>(service.accept_limit_per_source) = Minutely(3, Action::kReset);
  static_cast<RateLimit&>(service.accept_limit) = Minutely(1, Action::kDrop);
  harness_.Adopt(config);
  Dialogue first = Other(1), second = Proxied(1);
  EXPECT_EQ(Knock(first), Verdict::Consumed());
  harness_.Take(Side::kInside);
  second.Open();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Return(second, "request"), Verdict::Drop(Reason::kAcceptLimit));
  }
  EXPECT_EQ(TakeNotes(), 0u);
  harness_.Take(Side::kInside);
}

// Those whose addresses are proven keep their buckets through a flood of forged SYNs.
TEST_F(Accepts, AFloodOfSynsTakesNobodysBucket) {
  Config config = LimitedPerSource(Action::kReset);
  ServiceConfig& service = config.services[0];
  static_cast<RateLimit&>(service.accept_limit_per_source) = Minutely(2, Action::kReset);
  harness_.Adopt(config);
  Connections(3);
  EXPECT_EQ(Get(ServiceEvent::kAcceptLimitRejections), 1u);
  const BucketShape shape(1, Seconds(3600), 5);
  for (uint32_t i = 0; i < 3 * SourceRates::kLines * SourceRates::kWays; ++i) {
    SourceRates& rates = harness_.shared().syn_rates;
    rates.Take(rates.SpotOf(0, Address::V4(i)), shape, harness_.now());
  }
  Connections(1);
  EXPECT_EQ(Get(ServiceEvent::kAcceptLimitRejections), 2u);
}

// What the rate refuses takes no place, and what connlimit refuses no token.
TEST_F(Accepts, ComesBeforeConnlimit) {
  Config config = Limited(Action::kReset);
  config.services[0].connlimit.above = 1;
  harness_.Adopt(config);
  Connections(4);
  EXPECT_EQ(Get(ServiceEvent::kConnlimitRejections), 3u);
  EXPECT_EQ(Get(ServiceEvent::kAcceptLimitRejections), 0u);
  Dialogue other = Other(1), third = Other(2);
  EXPECT_EQ(Knock(other), Verdict::Consumed());
  harness_.Take(Side::kInside);
  EXPECT_EQ(Knock(third), Verdict::Refuse(Reason::kAcceptLimit));
  EXPECT_EQ(harness_.shared().connlimit.total(), 2u);
  harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
}

// One whom connlimit refuses silently may come again, with nothing of his own or of the others'.
TEST_F(Accepts, WhomConnlimitRefusesTakesNoTokens) {
  Config config = LimitedPerSource(Action::kReset);
  ServiceConfig& service = config.services[0];
  static_cast<RateLimit&>(service.accept_limit_per_source) = Minutely(3, Action::kReset);
  static_cast<RateLimit&>(service.accept_limit) = Minutely(3, Action::kReset);
  service.connlimit.above = 1;
  service.connlimit.action = ConnlimitConfig::Action::kDrop;
  harness_.Adopt(config);
  Connections(1);
  Dialogue second = Proxied(1), other = Other(1);
  second.Open();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Return(second), Verdict::Drop(Reason::kConnlimit));
  EXPECT_EQ(Knock(other), Verdict::Consumed());
  harness_.Take(Side::kInside);
}

TEST_F(Accepts, AReloadChangesIt) {
  harness_.Adopt(Limited(Action::kReset));
  Connections(4);
  harness_.Adopt(In(Mode::kAlways));
  Connections(4);
  EXPECT_EQ(Get(ServiceEvent::kConnectionsOpened), 6u);
}

}  // namespace
}  // namespace synsplice::test
