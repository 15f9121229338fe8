// Rule 39: connections that are noted, and what takes their place.
#include "support/modes_fixture.h"

namespace synsplice::test {
namespace {

TEST_F(ModesTest, AConnectionPassesAndIsNotedByTheServersWord) {
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 1, 1, "request"));
  EXPECT_EQ(dialogue.phase(), std::nullopt) << "only the server knows whether it has it";
  Untouched(Side::kInside, dialogue.FromServer(kA, 1, 8));
  EXPECT_EQ(dialogue.phase(), Phase::kEstablished);
  GoOn(dialogue);
  EXPECT_EQ(harness_.Count(Event::kFlowsNoted), 1u);
  EXPECT_EQ(harness_.Count(Event::kCookiesSent), 0u);
  EXPECT_EQ(Get(ServiceEvent::kSyns), 1u);
  EXPECT_EQ(Get(ServiceEvent::kWouldCookiesSent), 0u) << "nothing is tried";
}

TEST_F(MonitorTest, WhatConnlimitWouldRefuseTakesNoTokens) {
  Config config = In(Mode::kMonitor);
  config.services[0].connlimit.above = 1;
  static_cast<RateLimit&>(config.services[0].accept_limit) = {
      {1, Seconds(60)}, 3, RateLimit::Action::kDrop};
  harness_.Adopt(config);
  for (uint16_t i = 0; i < 5; ++i) Connect(Direct(40000 + i));
  EXPECT_EQ(Get(ServiceEvent::kWouldConnlimitRejections), 4u);
  EXPECT_EQ(Get(ServiceEvent::kWouldAcceptLimitRejections), 0u);
}

// More than the server's first word acknowledges, as of a long ClientHello.
TEST_F(ModesTest, WhatTheClientSaidBeforeIsTheServersToTell) {
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  Untouched(Side::kOutside, dialogue.FromClient(kA, 1, 1, "long "));
  Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 6, 1, "request"));
  Untouched(Side::kInside, dialogue.FromServer(kA, 1, 6));
  Untouched(Side::kInside, dialogue.FromServer(kP | kA, 1, 13, "answer"));
  Untouched(Side::kOutside, dialogue.FromClient(kF | kA, 13, 7));
  Untouched(Side::kInside, dialogue.FromServer(kF | kA, 7, 14));
  Untouched(Side::kOutside, dialogue.FromClient(kA, 14, 8));
  EXPECT_EQ(dialogue.phase(), Phase::kTimeWait);
}

// A half-open server says the same to a forged SYN (RFC 9293 3.10.7.4).
TEST_F(ModesTest, ABareAckProvesNothing) {
  Config config = In(Mode::kOff);
  config.services[0].connlimit.above = 5;
  harness_.Adopt(config);
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  const auto noted = [&] { return Get(ServiceEvent::kConnectionsNoted); };
  for (int i = 0; i < 2; ++i) Untouched(Side::kInside, dialogue.FromServer(kA, 1, 1));
  EXPECT_EQ(noted(), 0u);
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
  Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 1, 1, "request"));
  EXPECT_EQ(noted(), 0u) << "the client's word is none";
  Untouched(Side::kInside, dialogue.FromServer(kA, 1, 8));
  EXPECT_EQ(noted(), 1u);
  EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
  GoOn(dialogue);
  EXPECT_EQ(noted(), 1u);
}

TEST_F(ModesTest, ADamagedWordProvesNothing) {
  const Dialogue dialogue = Direct(40000);
  Ask(dialogue);
  Bytes word = dialogue.FromServer(kP | kA, 1, 8, "answer").Build();
  word.back() ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kInside, word), Verdict::Forward());
  harness_.Take(Side::kOutside);
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

// On its way it was passed by what came later.
TEST_F(ModesTest, ACopyOfTheSynAckEndsNothing) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  Untouched(Side::kInside, dialogue.FromServer(kF | kA, 7, 8));
  Untouched(Side::kInside, dialogue.ServerSynAck());
  EXPECT_EQ(dialogue.phase(), Phase::kServerClosed);
}

TEST_F(ModesTest, NothingFromOutsideMakesState) {
  const Dialogue dialogue = Direct(40000);
  for (const int flags : {+kA, kF | kA, +kR, kR | kA, kS | kA}) {
    Untouched(Side::kOutside, dialogue.FromClient(static_cast<uint8_t>(flags), 1, 1));
    Untouched(Side::kInside, dialogue.FromServer(kR, 1, 1));
    Untouched(Side::kInside, dialogue.FromServer(kR | kA, 1, 1));
  }
  Ask(dialogue);
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

TEST_F(ModesTest, ANotedConnectionGoesOnWhenClientsAreChallenged) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  SwitchAndWait(Mode::kAlways);
  GoOn(dialogue);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.Syn()), Verdict::Bounce());
  const TcpFrame challenge = harness_.TakeOne(Side::kOutside);
  EXPECT_EQ(challenge.flags, kA) << "a SYN in its name (rule 19)";
  EXPECT_EQ(challenge.seq, dialogue.isn_s + 7);
  EXPECT_EQ(challenge.ack, dialogue.isn_c + 12);
  Proxied(40001).Splice();
}

TEST_F(ModesTest, ItsEndIsSeen) {
  const Dialogue closed = Direct(40000), reset = Direct(40001);
  Connect(closed), Connect(reset);
  SwitchAndWait(Mode::kAlways);
  Untouched(Side::kInside, closed.FromServer(kF | kA, 7, 8));
  Untouched(Side::kOutside, closed.FromClient(kF | kA, 8, 8));
  Untouched(Side::kInside, closed.FromServer(kA, 8, 9));
  EXPECT_EQ(closed.phase(), Phase::kTimeWait);
  Untouched(Side::kOutside, reset.FromClient(kR, 8, 0));
  EXPECT_EQ(reset.phase(), Phase::kClosed);
}

TEST_F(ModesTest, AnotherConnectionTakesThePlaceOfAnEndedOne) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  Untouched(Side::kInside, dialogue.FromServer(kF | kA, 7, 8));
  Untouched(Side::kOutside, dialogue.FromClient(kF | kA, 8, 8));
  Untouched(Side::kInside, dialogue.FromServer(kA, 8, 9));
  Dialogue again = Direct(40000);
  again.isn_c += 100000;
  again.isn_s = again.isn_p += 100000;
  Ask(again);
  EXPECT_EQ(again.phase(), std::nullopt);
  Converse(again);
  EXPECT_EQ(again.phase(), Phase::kEstablished);
}

TEST_F(ModesTest, AnotherConnectionTakesThePlaceOfOneThatSeemsToLive) {
  Connect(Direct(40000));
  Dialogue again = Direct(40000);
  again.isn_c += 100000;
  again.isn_s = again.isn_p += 100000;
  Connect(again);
  SwitchAndWait(Mode::kAlways);
  GoOn(again);
}

TEST_F(AlwaysTest, AnotherConnectionTakesThePlaceOfASplicedOneThatHasEnded) {
  Dialogue dialogue = Proxied(40000);
  dialogue.Splice(), dialogue.CloseBoth();
  Switch(Mode::kOff);
  Untouched(Side::kOutside, dialogue.Syn());
  EXPECT_EQ(dialogue.phase(), Phase::kTimeWait) << "a SYN can be forged";
  Dialogue again = Direct(40000);
  again.isn_s = again.isn_p += 100000;
  Untouched(Side::kInside, again.ServerSynAck());
  Converse(again);
}

TEST_F(AlwaysTest, AServersLateSynAckEndsNoSplice) {
  Dialogue spliced = Proxied(40000);
  spliced.Splice();
  Switch(Mode::kOff);
  TcpFrame other = spliced.ServerSynAck();
  other.seq += 5000;
  EXPECT_EQ(harness_.Feed(Side::kInside, other), Verdict::Drop(Reason::kSynOutOfPlace));
  EXPECT_EQ(harness_.Feed(Side::kInside, spliced.ServerSynAck()), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kA) << "rule 12";
  spliced.ClientSays(kA, 1, 1, "request");
}

TEST_F(ModesTest, AResetAtTheClientsEndIsTheServersToJudge) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 8, 7, "lost on its way"));
  Untouched(Side::kOutside, dialogue.FromClient(kR, 23, 0));
  Untouched(Side::kInside, dialogue.FromServer(kA, 7, 8));
}

TEST_F(ModesTest, AResetOutOfTheWindowPassesUntilClientsAreChallenged) {
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  const TcpFrame reset = dialogue.FromClient(kR, 8 - 1000, 0);
  Untouched(Side::kOutside, reset);
  SwitchAndWait(Mode::kAlways);
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Drop(Reason::kRstOutOfWindow));
  GoOn(dialogue);
}

// Rule 31: the network has proved itself, and SYNs that pass cost it nothing.
TEST_F(ModesTest, ANotedConnectionExemptsItsNetworkFromTheReflectionBudget) {
  Config config = In(Mode::kOff);
  config.reflection.syn_acks_per_second = 1;
  harness_.Adopt(config);
  Connect(Direct(40000));
  const auto from = [&](const char* address, uint16_t port) {
    TcpFrame syn = Direct(port).Syn();
    syn.source.address = *ParseAddress(address);
    const Verdict verdict = harness_.Feed(Side::kOutside, syn);
    harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
    return verdict;
  };
  for (uint16_t port = 1; port < 5; ++port) EXPECT_EQ(from("198.18.7.1", port), Verdict::Forward());
  config.services[0].mode = Mode::kAlways;
  harness_.Adopt(config);
  EXPECT_EQ(from("198.18.7.1", 10), Verdict::Bounce());
  EXPECT_EQ(from("198.18.7.1", 11), Verdict::Drop(Reason::kReflectionBudget));
  for (uint16_t port = 20; port < 25; ++port)
    EXPECT_EQ(from("198.18.0.12", port), Verdict::Bounce());
}

TEST_F(ModesTest, ConnlimitCountsWhatIsNoted) {
  Config config = In(Mode::kOff);
  config.services[0].connlimit.above = 1;
  harness_.Adopt(config);
  Connect(Direct(40000)), Connect(Direct(40001));
  config.services[0].mode = Mode::kAlways;
  harness_.Adopt(config);
  Dialogue third = Proxied(40002);
  third.Open();
  TcpFrame ack = third.FromClient(kA, 1, 1);
  ack.options.timestamps->second = third.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Refuse(Reason::kConnlimit));
  harness_.Take(Side::kOutside);
  Untouched(Side::kOutside, Direct(40000).FromClient(kR, 8, 0));
  Proxied(40003).Splice();
}

}  // namespace
}  // namespace synsplice::test
