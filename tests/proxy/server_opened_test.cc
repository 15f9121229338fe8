// Rule 27: connections that servers open; part 6 of NAT: direct traffic.
#include "support/dialogue.h"
#include "support/fragment_frames.h"

namespace synsplice::test {
namespace {

class ServerOpened : public DialogueTest {
 protected:
  // Raw frames of a connection from the service's own endpoint; nothing is translated.
  static TcpFrame Raw(TcpFrame frame, uint8_t flags, uint32_t seq, uint32_t ack) {
    frame.flags = flags;
    frame.seq = seq;
    frame.ack = ack;
    frame.options = {};
    return frame;
  }
  // One at the listener's own endpoint, and a frame of each end for Raw.
  struct Conversation {
    ProxyHarness harness{TransparentConfig()};
    Dialogue dialogue{harness};
    TcpFrame server = dialogue.FromServer(0, 0, 0), client = dialogue.FromClient(0, 0, 0);
  };
  static Config Direct(bool bridge) {
    Config config = NatConfig();
    if (bridge) config.services[0].direct = ServiceConfig::Direct::kBridge;
    return config;
  }
  static DialogueSetup Nat() {
    DialogueSetup setup;
    setup.nat = true;
    return setup;
  }
  void ExpectUntouched(ProxyHarness& harness, Side side, const TcpFrame& frame) {
    EXPECT_EQ(harness.Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness.Take(Other(side)), std::vector<Bytes>{frame.Build()});
  }
};

TEST_F(ServerOpened, FromTheListenersOwnEndpoint) {
  Conversation conversation;
  auto& [harness, dialogue, server, client] = conversation;
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 100, 0));
  EXPECT_EQ(harness.Count(Event::kFlowsServerOpened), 1u);
  ExpectUntouched(harness, Side::kOutside, Raw(client, kS | kA, 0xffffffff, 101));
  ExpectUntouched(harness, Side::kInside, Raw(server, kA, 101, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kP | kA, 0, 101));
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.Syn()), Verdict::Drop(Reason::kSynOutOfPlace));
  ExpectUntouched(harness, Side::kInside, Raw(server, kF | kA, 101, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kF | kA, 0, 102));
  ExpectUntouched(harness, Side::kInside, Raw(server, kA, 102, 1));
  EXPECT_EQ(harness.Count(Event::kCookiesSent), 0u);
}

TEST_F(ServerOpened, EndedOneMakesRoomForAClient) {
  Conversation conversation;
  auto& [harness, dialogue, server, client] = conversation;
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 100, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kR | kA, 0, 101));
  dialogue.Splice();
}

// An abort with data under way both ways has the number of the client's end.
TEST_F(ServerOpened, ResetAtTheClientsEndEndsIt) {
  Conversation conversation;
  auto& [harness, dialogue, server, client] = conversation;
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 100, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kS | kA, 500, 101));
  ExpectUntouched(harness, Side::kInside, Raw(server, kA, 101, 501));
  TcpFrame data = Raw(client, kP | kA, 501, 101);
  data.payload = "0123456789";
  ExpectUntouched(harness, Side::kOutside, data);
  harness.Advance(Seconds(100));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kR, 511, 0));
  EXPECT_EQ(dialogue.phase(), Phase::kClosed);
  harness.Advance(Seconds(10));
  EXPECT_EQ(dialogue.phase(), Phase::kClosed) << "for a cookie life from here on (rule 21)";
}

// Its port again, before the entry of its first connection is gone.
TEST_F(ServerOpened, RestartedServerIsRefused) {
  Conversation conversation;
  auto& [harness, dialogue, server, client] = conversation;
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 100000, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kS | kA, 500, 100001));
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 200, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kR | kA, 0, 201));
  EXPECT_EQ(dialogue.phase(), Phase::kClosed);
}

TEST_F(ServerOpened, DamagedSynDoesNotEndAnother) {
  ProxyHarness harness(TransparentConfig());
  Dialogue dialogue(harness);
  dialogue.Splice();
  dialogue.ServerSays(kF | kA, 0, 0);
  dialogue.ClientSays(kF | kA, 0, 0);
  const TcpFrame syn = Raw(dialogue.FromServer(0, 0, 0), kS, 100, 0);
  Bytes damaged = syn.Build();
  damaged[TcpOffset(syn) + 16] ^= 1;
  EXPECT_EQ(harness.Feed(Side::kInside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
  EXPECT_EQ(harness.Count(Event::kFlowsServerOpened), 0u);
  EXPECT_EQ(harness.Feed(Side::kInside, syn), Verdict::Forward());
  EXPECT_EQ(harness.Count(Event::kFlowsServerOpened), 1u);
}

TEST_F(ServerOpened, AnyOtherEndpointIsBridged) {
  Conversation conversation;
  auto& [harness, dialogue, server, client] = conversation;
  server.source.port = client.destination.port = 54321;
  ExpectUntouched(harness, Side::kInside, Raw(server, kS, 100, 0));
  ExpectUntouched(harness, Side::kOutside, Raw(client, kS | kA, 7, 101));
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
  EXPECT_EQ(harness.Count(Event::kBridged), 2u);
}

TEST_F(ServerOpened, IsBoundedLikeAnyFlow) {
  Config config = TransparentConfig();
  config.flow_table_entries = 16;
  ProxyHarness harness(config);
  Verdict verdict = Verdict::Forward();
  for (uint16_t i = 0; verdict == Verdict::Forward() && i < 100; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    const Dialogue dialogue(harness, setup);
    verdict = harness.Feed(Side::kInside, Raw(dialogue.FromServer(0, 0, 0), kS, 100, 0));
  }
  EXPECT_EQ(verdict, Verdict::Drop(Reason::kFlowTableFull));
  EXPECT_LE(harness.proxy().flow_count(), 16u);
}

// Rule 36: SYNs that nobody answers take what is free of a half, and give way to each other.
TEST_F(ServerOpened, HalfOfTheTable) {
  ProxyHarness harness(TransparentConfig());
  DialogueSetup setup;
  const auto open = [&](uint16_t port) {
    setup.client_port = port;
    const Dialogue dialogue(harness, setup);
    return harness.Feed(Side::kInside, Raw(dialogue.FromServer(0, 0, 0), kS, 100, 0));
  };
  uint16_t port = 1024;
  while (open(port) == Verdict::Forward()) ++port;
  EXPECT_EQ(port, 1024 + 512);
  EXPECT_EQ(open(port), Verdict::Drop(Reason::kFlowTableFull));
  harness.Advance(Seconds(12));
  EXPECT_EQ(open(port), Verdict::Forward());
  EXPECT_EQ(harness.Count(Event::kFlowsEvicted), 1u);
  EXPECT_EQ(harness.proxy().flow_count(), 512u);
}

// What was answered is a connection like any: not given up before it is idle for 64 s.
TEST_F(ServerOpened, UnansweredOnesGiveWay) {
  Config config = TransparentConfig();
  config.flow_table_entries = 16;
  for (const bool answered : {false, true}) {
    ProxyHarness harness(config);
    DialogueSetup setup;
    for (int i = 0; harness.proxy().flow_count() < 16; ++i) {
      setup.client_port = static_cast<uint16_t>(40000 + i);
      const Dialogue dialogue(harness, setup);
      (void)harness.Feed(Side::kInside, Raw(dialogue.FromServer(0, 0, 0), kS, 100, 0));
      if (!answered) continue;
      (void)harness.Feed(Side::kOutside, Raw(dialogue.FromClient(0, 0, 0), kS | kA, 500, 101));
    }
    harness.Take(Side::kInside);
    harness.Take(Side::kOutside);
    harness.Advance(Seconds(12));
    setup.client_port = 1024;
    const Dialogue another(harness, setup);
    EXPECT_EQ(harness.Feed(Side::kInside, Raw(another.FromServer(0, 0, 0), kS, 100, 0)),
              answered ? Verdict::Drop(Reason::kFlowTableFull) : Verdict::Forward());
  }
}

TEST_F(ServerOpened, DirectTrafficToABackend) {
  for (const bool bridge : {false, true}) {
    ProxyHarness harness(Direct(bridge));
    const Dialogue dialogue(harness, Nat());
    TcpFrame direct = dialogue.Syn();
    direct.destination = dialogue.backend;
    const TcpFrame reply = Raw(dialogue.FromServer(0, 0, 0), kS | kA, 100, 0);
    const TcpFrame opening = Raw(dialogue.FromServer(0, 0, 0), kS, 100, 0);
    if (bridge) {
      ExpectUntouched(harness, Side::kOutside, direct);
      ExpectUntouched(harness, Side::kInside, reply);
      ExpectUntouched(harness, Side::kInside, opening);
      Bytes damaged = opening.Build();
      damaged[TcpOffset(opening) + 16] ^= 1;  // nothing that we decide by
      EXPECT_EQ(harness.Feed(Side::kInside, damaged), Verdict::Forward());
    } else {
      EXPECT_EQ(harness.Feed(Side::kOutside, direct), Verdict::Drop(Reason::kDirect));
      EXPECT_EQ(harness.Feed(Side::kInside, reply), Verdict::Refuse(Reason::kBackendWithoutFlow));
    }
    EXPECT_EQ(harness.proxy().flow_count(), 0u);
  }
}

// A SYN that we call broken may open a connection at a server that is less strict.
TEST_F(ServerOpened, BrokenDirectTrafficToABackend) {
  for (const bool bridge : {false, true}) {
    ProxyHarness harness(Direct(bridge));
    const Dialogue dialogue(harness, Nat());
    TcpFrame direct = dialogue.Syn();
    direct.destination = dialogue.backend;
    const auto expect = [&](Reason reason, const Bytes& frame) {
      EXPECT_EQ(harness.Feed(Side::kOutside, frame),
                bridge ? Verdict::Forward() : Verdict::Drop(reason));
    };
    Bytes bad_option = direct.Build();
    bad_option[TcpOffset(direct) + 21] = 0;
    RepairChecksums(direct, bad_option);
    expect(Reason::kBadTcpOptions, bad_option);
    // Behind the header of 8 bytes the port is known, behind the offset of 8 it is not.
    const auto parts = FragmentsOf(direct, 8);
    expect(Reason::kTinyFragment, parts[0]);
    expect(Reason::kTinyFragment, parts[1]);
    expect(Reason::kFragmentWithoutFirst, parts[3]);
  }
}

}  // namespace
}  // namespace synsplice::test
