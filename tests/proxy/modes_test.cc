// Rules 37 and 39: the turns to challenging clients, and from it; mode monitor; adoption.
#include "support/fragment_frames.h"
#include "support/icmp_frame.h"
#include "support/modes_fixture.h"

namespace synsplice::test {
namespace {

TEST_F(AlwaysTest, ASplicedConnectionGoesOnWhenClientsAreNotChallenged) {
  Dialogue spliced = Proxied(40000);
  spliced.Splice();
  SwitchAndWait(Mode::kOff);
  spliced.ClientSays(kP | kA, 1, 1, "request");
  spliced.ServerSays(kP | kA, 1, 8, "answer");
  EXPECT_EQ(harness_.Feed(Side::kOutside, spliced.Syn()), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kA) << "the server counts otherwise";
  Connect(Direct(40001));
}

TEST_F(AlwaysTest, ACookieOfBeforeOpens) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Open();
  Switch(Mode::kOff);
  dialogue.Validate();
  dialogue.Answer();
  dialogue.ClientSays(kA, 1, 1, "request");
}

TEST_F(AlwaysTest, AHandshakeOfBeforeEndsInASplice) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Open(), dialogue.Validate("early");
  Switch(Mode::kOff);
  dialogue.Answer();
}

// Rule 6: the server has never heard of it, and would say so.
TEST_F(AlwaysTest, WhatFollowsALostAckComesAgain) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Open();
  Switch(Mode::kOff);
  TcpFrame second = dialogue.FromClient(kP | kA, 9, 1, "second");
  second.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, second).kind, Verdict::Kind::kDrop);
  dialogue.Validate("the first");
  harness_.Advance(Seconds(4));
  harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
  Untouched(Side::kOutside, Direct(40001).FromClient(kP | kA, 9, 1, "of nobody"));
}

TEST_F(ModesTest, AHandshakeUnderWayGoesOnInTheGrace) {
  const Dialogue before_answer = Direct(40000), before_ack = Direct(40001);
  Untouched(Side::kOutside, before_answer.Syn());
  Ask(before_ack);
  Switch(Mode::kAlways);
  Untouched(Side::kInside, before_answer.ServerSynAck());
  Converse(before_answer);
  Converse(before_ack);
  harness_.Advance(kGrace);
  GoOn(before_answer);
  GoOn(before_ack);
}

TEST_F(ModesTest, TheGraceEnds) {
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  Switch(Mode::kAlways);
  harness_.Advance(kGrace - Milliseconds(10));
  Untouched(Side::kOutside, dialogue.FromClient(kA, 1, 1));
  harness_.Advance(Milliseconds(10));
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.FromClient(kA, 1, 1)).kind,
            Verdict::Kind::kBounce);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kR);
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue.ServerSynAck()),
            Verdict::Refuse(Reason::kBackendWithoutFlow));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kR);
}

TEST_F(ModesTest, AnotherConfigurationOfTheSameModeBeginsNoGrace) {
  SwitchAndWait(Mode::kAlways);
  Switch(Mode::kAlways);
  const Verdict verdict = harness_.Feed(Side::kOutside, Direct(40000).FromClient(kA, 1, 1));
  EXPECT_EQ(verdict.kind, Verdict::Kind::kBounce);
}

TEST_F(ModesTest, InTheGraceStrangersHaveABudgetAndGetNoReset) {
  constexpr uint16_t kBudget = 8;
  Config config = In(Mode::kAlways);
  config.handshake.wrong_cookie_resets_per_second = kBudget;
  harness_.Adopt(config);
  size_t passed = 0;
  for (uint16_t port = 1; port <= 10 * kBudget; ++port) {
    const Verdict verdict = harness_.Feed(Side::kOutside, Direct(port).FromClient(kA, 1, 1));
    passed += verdict.kind == Verdict::Kind::kForward;
    EXPECT_TRUE(verdict.kind == Verdict::Kind::kForward || verdict.kind == Verdict::Kind::kDrop);
  }
  EXPECT_LE(passed, kBudget);
  EXPECT_GE(passed, kBudget / 2);
  EXPECT_TRUE(harness_.Take(Side::kOutside).empty());
}

// Its client was cut off, and so was what the server would have said of it.
TEST_F(ModesTest, FragmentsPass) {
  const Dialogue dialogue = Direct(40000);
  const TcpFrame whole = dialogue.FromClient(kP | kA, 1, 1, std::string(100, 'x'));
  for (const Bytes& piece : FragmentsOf(whole, 64)) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, piece), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Side::kInside), std::vector<Bytes>{piece});
  }
}

TEST_F(ModesTest, SignedSegmentsPassAndGoOn) {
  const Dialogue dialogue = Direct(40000);
  const auto sign = [](TcpFrame frame) {
    frame.options = {};
    frame.raw_options = Bytes(20, 1);
    frame.raw_options[2] = 19, frame.raw_options[3] = 18;
    return frame;
  };
  Untouched(Side::kOutside, sign(dialogue.Syn()));
  Untouched(Side::kInside, sign(dialogue.ServerSynAck()));
  Untouched(Side::kOutside, sign(dialogue.FromClient(kA, 1, 1)));
  Untouched(Side::kInside, sign(dialogue.FromServer(kA, 1, 1)));
  SwitchAndWait(Mode::kAlways);
  Untouched(Side::kOutside, sign(dialogue.FromClient(kP | kA, 1, 1, "request")));
  EXPECT_EQ(harness_.Feed(Side::kOutside, sign(Direct(40001).Syn())),
            Verdict::Drop(Reason::kSignedSegment));
}

TEST_F(ModesTest, BrokenFramesPass) {
  const Dialogue dialogue = Direct(40000);
  for (const Side side : {Side::kOutside, Side::kInside}) {
    const TcpFrame whole =
        side == Side::kOutside ? dialogue.FromClient(kA, 1, 1) : dialogue.FromServer(kA, 1, 1);
    Bytes broken = whole.Build();
    broken.resize(broken.size() - 15);
    EXPECT_EQ(harness_.Feed(side, broken), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>{broken});
  }
  EXPECT_EQ(harness_.Count(Event::kFlowsNoted), 0u);
}

// Nobody gets a cookie, so none comes back: an ACK that looks like one is somebody's connection.
TEST_F(AlwaysTest, NoCookieIsLookedForWhereThereIsNone) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Open();
  const Bytes ack = dialogue.FromClient(kA, 1, 1).Build();
  ProxyHarness other(In(Mode::kOff));
  EXPECT_EQ(other.Feed(Side::kOutside, ack), Verdict::Forward());
  EXPECT_EQ(other.Count(Event::kCookiesValid), 0u);
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Consumed()) << "it is right";
}

// Also of what has left no trace here: its ends judge them, in every mode.
TEST_F(ModesTest, ErrorsAboutConnectionsPass) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  IcmpError error;
  error.source_mac = kServerMac, error.destination_mac = kClientMac;
  error.source = *ParseAddress("198.18.0.77");
  error.destination = dialogue.client.address;
  error.quoted = dialogue.FromClient(kA, 100'000, 1);
  EXPECT_EQ(harness_.Feed(Side::kInside, error.Build()), Verdict::Forward());
  EXPECT_EQ(harness_.Take(Side::kOutside), std::vector<Bytes>{error.Build()});
  SwitchAndWait(Mode::kAlways);
  EXPECT_EQ(harness_.Feed(Side::kInside, error.Build()), Verdict::Forward());
}

TEST_F(ModesTest, OddFlagsPass) {
  for (const uint8_t flags : {0, kF | kS, kS | kR, kF | kP}) {
    Untouched(Side::kOutside, Direct(40000).FromClient(flags, 1, 1));
  }
}

// Rule 46: where clients get no cookies it may be of a connection that is not known yet.
TEST_F(ModesTest, NoFinIsAStray) {
  Untouched(Side::kOutside, Direct(1).FromClient(kF, 1, 1));
  EXPECT_EQ(Get(ServiceEvent::kStrayFins), 0u);
}

TEST_F(AlwaysTest, AFinAloneIsAStrayOfNoConnectionOnly) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Splice();
  const auto drop = Verdict::Drop(Reason::kNoAck);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.FromClient(kF, 1, 1)), drop);
  EXPECT_EQ(Get(ServiceEvent::kStrayFins), 0u);
  EXPECT_EQ(harness_.Feed(Side::kOutside, Proxied(1).FromClient(kF, 1, 1)), drop);
  EXPECT_EQ(Get(ServiceEvent::kStrayFins), 1u);
}

TEST_F(MonitorTest, CountsWhatAlwaysWouldDo) {
  Config config = In(Mode::kMonitor);
  config.services[0].connlimit.above = 1;
  harness_.Adopt(config);
  Connect(Direct(40000)), Connect(Direct(40001));
  EXPECT_EQ(Get(ServiceEvent::kWouldCookiesSent), 2u);
  EXPECT_EQ(Get(ServiceEvent::kWouldConnectionsOpened), 1u);
  EXPECT_EQ(Get(ServiceEvent::kWouldConnlimitRejections), 1u);
  harness_.shared().inside_up = false;
  Untouched(Side::kOutside, Direct(40002).Syn());
  EXPECT_EQ(Get(ServiceEvent::kWouldDownRejections), 1u);
  harness_.shared().inside_up = true;
  Untouched(Side::kOutside, Direct(40003).FromClient(kS | kF, 1, 1));
  Untouched(Side::kOutside, Direct(40003).FromClient(0, 1, 1));
  EXPECT_EQ(Get(ServiceEvent::kWouldDrops), 2u);
  EXPECT_EQ(harness_.Count(Event::kDropped), 0u);
  EXPECT_EQ(Get(ServiceEvent::kCookiesSent), 0u);
  EXPECT_EQ(Get(ServiceEvent::kConnlimitRejections), 0u);
}

constexpr int64_t kFlood = 100;  // SYNs per second

class AdaptiveTest : public ModesTest {
 protected:
  AdaptiveTest() : ModesTest(Mode::kOff) { harness_.Adopt(Adaptive()); }

  static Config Adaptive() {
    Config config = In(Mode::kAdaptive);
    config.services[0].adaptive.syns_per_second = Threshold{kFlood, kFlood / 2, Seconds(5)};
    return config;
  }
  // In another's name each; until the workers have looked at it.
  void Flood(int64_t syns) {
    for (int64_t i = 0; i < syns; ++i) {
      TcpFrame syn = Direct(static_cast<uint16_t>(1000 + i)).Syn();
      syn.source.address = *ParseAddress("198.18.99.1");
      (void)harness_.Feed(Side::kOutside, syn);
    }
    harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
    harness_.Advance(Milliseconds(200));
  }
};

TEST_F(AdaptiveTest, ChallengesFromItsThresholdOnUntilItHasBeenCalm) {
  const Dialogue before = Direct(40000);
  Connect(before);
  Flood(kFlood / 2);
  Untouched(Side::kOutside, Direct(40001).Syn());
  Flood(kFlood / 2);
  EXPECT_TRUE(harness_.proxy().service_counters()[0].IsChallenged());
  Dialogue during = Proxied(40002);
  during.Splice();
  GoOn(before);
  harness_.Advance(Seconds(5));
  EXPECT_TRUE(harness_.proxy().service_counters()[0].IsChallenged());
  harness_.Advance(Seconds(2));
  EXPECT_FALSE(harness_.proxy().service_counters()[0].IsChallenged());
  Connect(Direct(40003));
  during.ClientSays(kP | kA, 1, 1, "request");
}

TEST_F(AdaptiveTest, HandshakesOfTheFirstMomentGoOn) {
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  Flood(kFlood);
  Converse(dialogue);
}

TEST_F(AdaptiveTest, AnotherConfigurationForgetsNoAttack) {
  Flood(kFlood);
  harness_.Adopt(Adaptive());
  EXPECT_EQ(harness_.Feed(Side::kOutside, Direct(40001).Syn()), Verdict::Bounce());
  Switch(Mode::kOff);
  harness_.Take(Side::kOutside);
  Untouched(Side::kOutside, Direct(40001).Syn());
  harness_.Adopt(Adaptive());
  Untouched(Side::kOutside, Direct(40001).Syn());
}

TEST(Adopting, ConnectionsOfBeforeTheStart) {
  for (const auto adopt : {ServiceConfig::Adopt::kNever, ServiceConfig::Adopt::kOnStart}) {
    Config config = In(Mode::kAlways);
    config.services[0].adopt = adopt;
    ProxyHarness harness(config);
    Dialogue dialogue(harness);
    dialogue.isn_p = dialogue.isn_s;
    const bool adopts = adopt == ServiceConfig::Adopt::kOnStart;
    const auto kind = adopts ? Verdict::Kind::kForward : Verdict::Kind::kBounce;
    EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.FromClient(kA, 1, 1)).kind, kind);
    EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kA, 1, 1)).kind, kind);
    EXPECT_EQ(dialogue.phase().has_value(), adopts);
  }
}

TEST(Adopting, ConnectionsOfBeforeTheService) {
  for (const auto adopt : {ServiceConfig::Adopt::kNever, ServiceConfig::Adopt::kOnStart}) {
    Config before = TransparentConfig(), after = In(Mode::kAlways);
    before.services[0].listen = {*ParseEndpoint("198.18.0.99:80")};
    before.services[0].name = "other";
    after.services[0].adopt = adopt;
    after.services.push_back(before.services[0]);
    ProxyHarness harness(before);
    Dialogue dialogue(harness);
    EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kA, 1, 1)), Verdict::Forward());
    harness.Adopt(after);
    const bool passes =
        harness.Feed(Side::kInside, dialogue.FromServer(kA, 1, 1)) == Verdict::Forward();
    EXPECT_EQ(passes, adopt == ServiceConfig::Adopt::kOnStart);
  }
}

}  // namespace
}  // namespace synsplice::test
