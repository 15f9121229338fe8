// Rule 42: how many handshakes a backend has at a time, and who waits for his turn.
#include "open/turns.h"

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class Turns : public DialogueTest {
 protected:
  static Config Limited(uint32_t max_opening, Milliseconds queue = Seconds(1)) {
    Config config = TransparentConfig();
    config.services[0].max_opening = max_opening;
    config.services[0].opening_queue = queue;
    return config;
  }
  Dialogue Client(uint16_t number) {
    DialogueSetup setup;
    setup.client_port = 40000 + number;
    return Dialogue(harness_, setup);
  }
  static TcpFrame Ack(const Dialogue& dialogue, const std::string& data = "") {
    TcpFrame ack = dialogue.FromClient(data.empty() ? kA : kP | kA, 1, 1, data);
    ack.options.timestamps->second = dialogue.tsval_p;
    return ack;
  }
  Verdict Knock(Dialogue& dialogue, const std::string& data = "") {
    dialogue.Open();
    return harness_.Feed(Side::kOutside, Ack(dialogue, data));
  }
  // One who is called at once.
  Dialogue Called(uint16_t number) {
    Dialogue dialogue = Client(number);
    EXPECT_EQ(Knock(dialogue), Verdict::Consumed());
    ExpectCall(dialogue);
    return dialogue;
  }
  Dialogue Waiting(uint16_t number) {
    Dialogue dialogue = Client(number);
    EXPECT_EQ(Knock(dialogue), Verdict::Consumed());
    EXPECT_TRUE(harness_.IsQuiet()) << number;
    return dialogue;
  }
  void ExpectCall(const Dialogue& dialogue) {
    const TcpFrame syn = harness_.TakeOne(Side::kInside);
    EXPECT_EQ(syn.flags & (kS | kA), kS);
    EXPECT_EQ(syn.source, dialogue.client);
  }
  uint64_t Get(ServiceEvent event) { return harness_.proxy().service_counters()[0].Get(event); }

  ProxyHarness harness_{Limited(2)};
};

TEST_F(Turns, OthersWaitInTheirOrder) {
  Dialogue first = Called(0), second = Called(1);
  Dialogue third = Waiting(2), fourth = Waiting(3);
  harness_.Advance(Milliseconds(500));
  EXPECT_TRUE(harness_.IsQuiet());
  first.Answer();
  harness_.Advance(Milliseconds(1));
  ExpectCall(third);
  harness_.Advance(Milliseconds(100));
  EXPECT_TRUE(harness_.IsQuiet()) << "one for one";
  // A refusal makes room as well.
  TcpFrame reset = second.FromServer(kR | kA, 0, 1);
  reset.options = {};
  harness_.Feed(Side::kInside, reset).kind;
  harness_.Take(Side::kOutside);
  harness_.Advance(Milliseconds(1));
  ExpectCall(fourth);
  third.Answer(), fourth.Answer();
  EXPECT_EQ(Get(ServiceEvent::kBackendBusyRejections), 0u);
}

// Nobody overtakes those who wait.
TEST_F(Turns, WhoComesLaterStandsBehind) {
  Dialogue first = Called(0), second = Called(1), third = Waiting(2);
  first.Answer();
  Dialogue fourth = Waiting(3);  // there is room, and the third has not gone yet
  second.Answer();
  harness_.Advance(Milliseconds(1));
  const auto calls = harness_.TakeTcp(Side::kInside, 2);
  EXPECT_EQ(calls[0].source, third.client);
  EXPECT_EQ(calls[1].source, fourth.client);
}

// Who fills the line with his own waits for himself.
TEST_F(Turns, WhoseNetworkHasFewGoesFirst) {
  Dialogue first = Called(0), second = Called(1);
  for (uint16_t i = 2; i < 30; ++i) Waiting(i);
  Dialogue stranger = Client(0), his_second = Client(1);
  for (Dialogue* his : {&stranger, &his_second}) {
    his->client.address = Address::V4(0xc0000201);
    EXPECT_EQ(Knock(*his), Verdict::Consumed());
  }
  EXPECT_TRUE(harness_.IsQuiet());
  first.Answer();
  harness_.Advance(Milliseconds(1));
  ExpectCall(stranger);
  stranger.Answer(), second.Answer();
  harness_.Advance(Milliseconds(1));
  const auto calls = harness_.TakeTcp(Side::kInside, 2);
  EXPECT_EQ(calls[0].source.port, 40002) << "of those whose network has as many it came first";
  EXPECT_EQ(calls[1].source.port, 40003);
}

// However many networks with one handshake each there are.
TEST_F(Turns, EveryLineHasItsPart) {
  Dialogue first = Called(0), second = Called(1);
  Dialogue third = Waiting(2);
  std::vector<Dialogue> strangers;
  for (uint16_t i = 0; i < 20; ++i) {
    strangers.push_back(Client(100 + i));
    strangers.back().client.address = Address::V4(0xc0000201 + 0x100u * i);
    EXPECT_EQ(Knock(strangers.back()), Verdict::Consumed());
  }
  first.Answer(), second.Answer();
  harness_.Advance(Milliseconds(1));
  const auto calls = harness_.TakeTcp(Side::kInside, 2);
  EXPECT_EQ(calls[0].source, strangers[0].client);
  EXPECT_EQ(calls[1].source, third.client);
  strangers[0].Answer(), third.Answer();
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeTcp(Side::kInside, 2)[1].source, strangers[2].client)
      << "what an empty line leaves";
}

TEST_F(Turns, WhoWaitsTooLongIsRefusedByName) {
  harness_.Adopt(Limited(2, Milliseconds(500)));
  Called(0), Called(1);
  Dialogue third = Client(2);
  EXPECT_EQ(Knock(third, "request").kind, Verdict::Kind::kHold);
  harness_.Advance(Milliseconds(499));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), third.ResetToClient(7));
  EXPECT_EQ(harness_.Count(Reason::kBackendBusy), 1u);
  EXPECT_EQ(Get(ServiceEvent::kBackendBusyRejections), 1u);
  EXPECT_EQ(harness_.held_count(), 0u);
  EXPECT_EQ(third.phase(), Phase::kRefused);
}

TEST_F(Turns, WithoutAQueueOthersAreRefusedAtOnce) {
  harness_.Adopt(Limited(2, Milliseconds(0)));
  Called(0), Called(1);
  Dialogue third = Client(2);
  EXPECT_EQ(Knock(third), Verdict::Consumed());
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), third.ResetToClient(0));
}

TEST_F(Turns, EarlyDataIsKeptMeanwhile) {
  Dialogue first = Called(0), second = Called(1);
  Dialogue third = Client(2);
  EXPECT_EQ(Knock(third, "request").kind, Verdict::Kind::kHold);
  EXPECT_EQ(harness_.Feed(Side::kOutside, third.FromClient(kP | kA, 8, 1, " more")).kind,
            Verdict::Kind::kHold);
  first.Answer();
  harness_.Advance(Milliseconds(1));
  ExpectCall(third);
  harness_.Feed(Side::kInside, third.ServerSynAck()).kind;
  harness_.Take(Side::kOutside);
  const auto sent = harness_.TakeTcp(Side::kInside, 3);
  EXPECT_EQ(sent[1].payload, "request");
  EXPECT_EQ(sent[2].payload, " more");
}

TEST_F(Turns, AResetEndsTheWait) {
  Dialogue first = Called(0), second = Called(1);
  Dialogue third = Client(2), fourth = Client(3);
  EXPECT_EQ(Knock(third, "request").kind, Verdict::Kind::kHold);
  EXPECT_EQ(Knock(fourth), Verdict::Consumed());
  TcpFrame reset = third.FromClient(kR, 8, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  EXPECT_EQ(harness_.held_count(), 0u);
  EXPECT_EQ(harness_.proxy().handshake_count(), 3u);
  first.Answer();
  harness_.Advance(Milliseconds(1));
  ExpectCall(fourth);
}

TEST_F(Turns, ANewerHandshakeStandsBehind) {
  Dialogue first = Called(0), second = Called(1), third = Waiting(2), fourth = Waiting(3);
  Dialogue again = Client(2);
  again.isn_c = third.isn_c + 100000;
  EXPECT_EQ(Knock(again), Verdict::Consumed());
  EXPECT_EQ(harness_.proxy().handshake_count(), 4u);
  first.Answer(), second.Answer();
  harness_.Advance(Milliseconds(1));
  const auto calls = harness_.TakeTcp(Side::kInside, 2);
  EXPECT_EQ(calls[0].source, fourth.client);
  EXPECT_EQ(calls[1].seq, again.isn_c);
}

// What a backend says of a connection that it was not asked for is none of this one.
TEST_F(Turns, ABackendThatWasNotCalledOpensNothing) {
  Dialogue first = Called(0), second = Called(1), third = Waiting(2);
  EXPECT_EQ(harness_.Feed(Side::kInside, third.ServerSynAck()).kind, Verdict::Kind::kBounce);
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kR);
  TcpFrame reset = third.FromServer(kR | kA, 0, 1);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kInside, reset), Verdict::Drop(Reason::kBackendUnexpected));
  EXPECT_EQ(third.phase(), Phase::kWaiting);
  EXPECT_TRUE(harness_.IsQuiet());
  first.Answer();
  harness_.Advance(Milliseconds(1));
  ExpectCall(third);
  third.Answer();
}

// A handshake whose client has gone is the backend's until it has answered.
TEST_F(Turns, AnAbortedOneKeepsItsPlace) {
  Dialogue first = Called(0), second = Called(1), third = Waiting(2);
  TcpFrame reset = first.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  harness_.Advance(Milliseconds(10));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Feed(Side::kInside, first.ServerSynAck()).kind;
  harness_.Take(Side::kInside);
  harness_.Advance(Milliseconds(1));
  ExpectCall(third);
}

// Whom a backend ignores it has in no queue: he has kept his place long enough.
TEST_F(Turns, WhomABackendIgnoresLeavesHisPlace) {
  Dialogue first = Called(0), second = Called(1);
  TcpFrame reset = first.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());  // the second just waits
  Dialogue third = Client(2), fourth = Client(3);
  third.client.address = Address::V4(0xc0000201);
  EXPECT_EQ(Knock(third), Verdict::Consumed());
  EXPECT_EQ(Knock(fourth), Verdict::Consumed());
  harness_.Advance(Milliseconds(990));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Advance(Milliseconds(10));
  const auto calls = harness_.TakeTcp(Side::kInside, 3);
  EXPECT_EQ(calls[0].source, second.client) << "again";
  EXPECT_EQ(calls[1].source, third.client);
  EXPECT_EQ(calls[2].source, fourth.client);
  // Who answers late after all gives nothing back twice: there are two places yet.
  second.Answer(), third.Answer();
  Called(4);
  Waiting(5);
}

TEST_F(Turns, AReloadLetsThemGo) {
  Called(0), Called(1);
  Waiting(2), Waiting(3);
  harness_.Adopt(Limited(0));
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeTcp(Side::kInside, 2).size(), 2u);
  Called(4);
}

TEST_F(Turns, ClearingEndsTheWait) {
  Called(0), Called(1);
  Dialogue third = Waiting(2);
  Request request;
  request.kind = Request::Kind::kClearFlows;
  request.filter.client_port = third.client.port;
  EXPECT_EQ(harness_.Ask(request).count, 1u);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), third.ResetToClient(0));
}

// Many who wait are told in portions.
TEST_F(Turns, TheWorkOfATickIsBounded) {
  Config config = Limited(1, Milliseconds(100));
  harness_.Adopt(config);
  Called(0);
  for (uint16_t i = 1; i <= 100; ++i) Waiting(i);
  harness_.Advance(Milliseconds(95));
  Outbox outbox;
  EXPECT_TRUE(harness_.proxy().Tick(harness_.now() + Milliseconds(5), outbox));
  EXPECT_EQ(outbox.frames().size(), kMaxBurst / 4);
  harness_.Advance(Milliseconds(5));
  EXPECT_EQ(harness_.Count(Reason::kBackendBusy), 100u);
  harness_.Take(Side::kOutside);
}

// More lines that are stuck than are looked at in a call hold up nobody's.
TEST_F(Turns, StuckLinesLeaveTheOthersTheirPace) {
  Config config = Limited(1);
  ServiceConfig stuck = config.services[0];
  stuck.name = "stuck";
  stuck.listen.clear();
  for (uint16_t i = 0; i < 70; ++i) {
    stuck.listen.push_back({Address::V4(0xc612000a), static_cast<uint16_t>(2000 + i)});
  }
  config.services.push_back(stuck);
  harness_.Adopt(config);
  for (uint16_t i = 0; i < 140; ++i) {
    Dialogue dialogue = Client(i);
    dialogue.client.address = Address::V4(0xc0000201);
    dialogue.listener.port = dialogue.backend.port = static_cast<uint16_t>(2000 + i / 2);
    Knock(dialogue).kind;
    harness_.Take(Side::kInside);
  }
  Called(200);
  for (uint16_t i = 1; i <= 100; ++i) Waiting(200 + i);
  config.services[0].max_opening = 0;
  harness_.Adopt(config);
  harness_.Advance(Milliseconds(200));
  EXPECT_EQ(harness_.TakeTcp(Side::kInside, 100).size(), 100u);
}

class TurnsAtTwo : public DialogueTest {
 protected:
  static Config Two(std::vector<VlanEndpoint> drained = {}) {
    Config config = NatConfig();
    config.services[0].backends.push_back({*ParseEndpoint("198.18.0.12:8080"), kBackendMac});
    config.services[0].max_opening = 1;
    config.drained = std::move(drained);
    return config;
  }
  // Whom the backend that this client has is asked for; nullopt: nobody, he waits.
  std::optional<Endpoint> Knock(uint16_t port) {
    DialogueSetup setup;
    setup.nat = true;
    setup.client_port = port;
    Dialogue dialogue(harness_, setup);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kP | kA, 1, 1, "request");
    ack.options.timestamps->second = dialogue.tsval_p;
    harness_.Feed(Side::kOutside, ack).kind;
    if (harness_.IsQuiet()) return std::nullopt;
    return harness_.TakeOne(Side::kInside).destination;
  }

  ProxyHarness harness_{Two()};
};

TEST_F(TurnsAtTwo, ADrainedBackendsLineGoesToAnother) {
  const auto theirs = Knock(40000);
  ASSERT_TRUE(theirs);
  EXPECT_FALSE(Knock(40001)) << "the same client address, the same backend";
  harness_.Adopt(Two({*theirs}));
  harness_.Advance(Milliseconds(1));
  const TcpFrame syn = harness_.TakeOne(Side::kInside);
  EXPECT_EQ(syn.source.port, 40001);
  EXPECT_NE(syn.destination, *theirs);
}

TEST_F(TurnsAtTwo, SoDoesWhoWaitsForTheRate) {
  const auto limited = [](std::vector<VlanEndpoint> drained) {
    Config config = Two(std::move(drained));
    ServiceConfig& service = config.services[0];
    service.max_opening = 0;
    static_cast<RateLimit&>(service.accept_limit) = {{10, Seconds(1)}, 1, RateLimit::Action::kDrop};
    service.accept_limit.queue = Milliseconds(200);
    return config;
  };
  harness_.Adopt(limited({}));
  const auto theirs = Knock(40000);
  ASSERT_TRUE(theirs);
  EXPECT_FALSE(Knock(40001));
  harness_.Adopt(limited({*theirs}));
  harness_.Advance(Milliseconds(100));
  const TcpFrame syn = harness_.TakeOne(Side::kInside);
  EXPECT_EQ(syn.source.port, 40001);
  EXPECT_NE(syn.destination, *theirs);
}

}  // namespace
}  // namespace synsplice::test
