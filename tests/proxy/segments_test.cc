// Rules 8, 17, 19, 20, 27: spliced connections, port reuse, connections that servers open.
#include "synsplice/proxy/proxy.h"

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class Splice : public DialogueTest {
 protected:
  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

void Converse(Dialogue& dialogue) {
  dialogue.Splice();
  dialogue.ClientSays(kP | kA, 1, 1, "request");
  ++dialogue.server_timestamp;
  dialogue.ServerSays(kA, 1, 8);
  dialogue.ServerSays(kP | kA, 1, 8, std::string(1448, 'r'));
  dialogue.client_timestamp += 5;
  dialogue.ClientSays(kA, 8, 1449);
  dialogue.ServerSays(kF | kA, 1449, 8);
  dialogue.ClientSays(kF | kA, 8, 1450);
  dialogue.ServerSays(kA, 1450, 9);
  EXPECT_EQ(dialogue.phase(), Phase::kTimeWait);
}

TEST_F(Splice, EveryWireAndBothKindsOfService) {
  for (int wire = 0; wire < 12; ++wire) {
    SCOPED_TRACE(wire);
    DialogueSetup setup;
    setup.v6 = wire & 1;
    setup.nat = wire & 2;
    if (wire >= 4) setup.tags = {0x2064};
    if (wire >= 8) setup.tags.push_back(0x00c8);
    ProxyHarness harness(setup.nat ? NatConfig() : TransparentConfig());
    Dialogue dialogue(harness, setup);
    Converse(dialogue);
    EXPECT_EQ(harness.Count(Event::kFlowsSpliced), 1u);
  }
}

// All combinations of what client and server have: rule 16's repairs included.
TEST_F(Splice, EveryCombinationOfOptions) {
  for (int options = 0; options < 64; ++options) {
    SCOPED_TRACE(options);
    DialogueSetup setup;
    setup.client = setup.server = {};
    setup.client.mss = setup.server.mss = 1460;
    if (options & 1) setup.client.scale = 8;
    if (options & 2) setup.server.scale = 5;
    setup.client.sack_permitted = options & 4;
    setup.server.sack_permitted = options & 8;
    if (options & 16) setup.client.timestamps = {0, 0};
    if (options & 32) setup.server.timestamps = {0, 0};
    ProxyHarness harness(TransparentConfig());
    Dialogue dialogue(harness, setup);
    Converse(dialogue);
  }
}

// As many splices and releases in one call as the Outbox must hold.
TEST_F(Splice, BurstOfSplices) {
  Config config = TransparentConfig();
  ProxyHarness harness(config);
  std::vector<Dialogue> dialogues;
  std::vector<Bytes> answers;
  for (uint16_t i = 0; i < kMaxBurst; ++i) {
    DialogueSetup setup;
    setup.client_port = 10000 + i;
    dialogues.emplace_back(harness, setup).Open();
    dialogues.back().Validate("early");
    answers.push_back(dialogues.back().ServerSynAck().Build());
  }
  harness.FeedBurst(Side::kInside, answers);
  const auto frames = harness.TakeTcp(Side::kInside, 2 * kMaxBurst);
  const auto updates = harness.TakeTcp(Side::kOutside, kMaxBurst);
  for (size_t i = 0; i < kMaxBurst; ++i) {
    EXPECT_EQ(frames[i], dialogues[i].ToServer(kA, 1, 1));
    EXPECT_EQ(frames[kMaxBurst + i], dialogues[i].ToServer(kP | kA, 1, 1, "early"));
    EXPECT_EQ(updates[i], dialogues[i].WindowUpdate());
  }
}

// Rule 33.
TEST_F(Splice, ExtremeNumbers) {
  for (const uint32_t isn_c : {0xffffffffu, 0xfffffffeu, 0u, 0x7fffffffu}) {
    for (const uint32_t isn_s : {5u, 0xffffffffu, 0x80000000u}) {
      ProxyHarness harness(TransparentConfig());
      Dialogue dialogue(harness);
      dialogue.isn_c = isn_c;
      dialogue.isn_s = isn_s;
      dialogue.client_timestamp = dialogue.server_timestamp = 0xffffffff;
      dialogue.server_first_timestamp = 0xffffffff;
      Converse(dialogue);
    }
  }
}

// Rule 19: <server_end + D, server_ack>, no options; limited per flow.
TEST_F(Splice, SynOnAnActiveFlowGetsAChallengeAck) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  dialogue_.ServerSays(kP | kA, 1, 1, "greeting");
  dialogue_.ClientSays(kP | kA, 1, 1, "request");
  dialogue_.ServerSays(kA, 9, 8);
  TcpFrame syn = dialogue_.Syn();
  syn.seq += 5000;
  EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce());
  const TcpFrame ack = harness_.TakeOne(Side::kOutside);
  TcpFrame expected = dialogue_.ToClient(kA, 9, 8);
  expected.options = {};
  expected.window = ack.window;
  EXPECT_EQ(ack, expected);
  int answered = 1;
  while (harness_.Feed(Side::kOutside, syn) == Verdict::Bounce() && answered < 100) ++answered;
  EXPECT_LT(answered, 100);
  EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Drop(Reason::kChallengeLimit));
  EXPECT_EQ(harness_.Count(Event::kChallengeAcks), static_cast<uint64_t>(answered));
  harness_.Take(Side::kOutside);
  dialogue_.ServerSays(kP | kA, 9, 8, "more");
}

TEST_F(Splice, ChallengeLimitIsPerFlow) {
  DialogueSetup setup;
  setup.client_port = 40001;
  Dialogue other(harness_, setup);
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  other.backend_syn_mss = 1460;
  other.Splice();
  for (int i = 0; i < 100; ++i) (void)harness_.Feed(Side::kOutside, dialogue_.Syn());
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kChallengeLimit));
  EXPECT_EQ(harness_.Feed(Side::kOutside, other.Syn()), Verdict::Bounce());
}

// Nothing else of the flow has to be heard of.
TEST_F(Splice, ChallengesComeBackWithTheNextTick) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  for (int tick = 0; tick < 10; ++tick) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Bounce()) << tick;
    for (int i = 0; i < 20; ++i) (void)harness_.Feed(Side::kOutside, dialogue_.Syn());
    EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()),
              Verdict::Drop(Reason::kChallengeLimit));
    harness_.Advance(Seconds(4));
  }
}

// A rebooted client answers the challenge with a RST, which closes; its next SYN gets a cookie.
TEST_F(Splice, ChallengedClientMayReset) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  Dialogue reborn = dialogue_;
  reborn.isn_c += 70000;
  EXPECT_EQ(harness_.Feed(Side::kOutside, reborn.Syn()), Verdict::Bounce());
  const TcpFrame challenge = harness_.TakeOne(Side::kOutside);
  TcpFrame reset = reborn.Syn();
  reset.flags = kR;
  reset.seq = challenge.ack;
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kR);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosed);
  reborn.backend_syn_mss = 1460;
  reborn.Splice();
}

// Rule 8: a flow's own cookie never opens it again, however it has ended.
TEST_F(Splice, OwnCookieNeverReopens) {
  dialogue_.Open();
  TcpFrame ack = dialogue_.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue_.tsval_p;
  dialogue_.Validate();
  dialogue_.Answer();
  dialogue_.CloseBoth();
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Forward());
  TcpFrame expected = dialogue_.ToServer(kA, 1, 1);
  EXPECT_EQ(harness_.TakeOne(Side::kInside), expected);
  EXPECT_EQ(harness_.Count(Event::kBackendSyns), 1u);
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 0u);
}

// Half of all cookies lie in a window of 2^30, and the client's number in the server's: what has
// ended takes none of them for its own.
TEST_F(Splice, PortReuseWithNumbersThatFit) {
  DialogueSetup setup;
  setup.client.scale = 14;
  setup.client_window = 65535;
  for (int round = 0; round < 32; ++round) {
    SCOPED_TRACE(round);
    Dialogue dialogue(harness_, setup);
    dialogue.isn_c = 1000 * static_cast<uint32_t>(round);
    if (round > 0) dialogue.backend_syn_mss = 1460;
    dialogue.Splice();
    harness_.Take(Side::kInside);
    dialogue.ClientSays(kA, 1, 1);
    if (round % 2 == 0) {
      dialogue.CloseBoth();
    } else {
      EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.FromClient(kR | kA, 1, 1)),
                Verdict::Forward());
      harness_.Take(Side::kInside);
    }
  }
}

// Rule 20: fast client port reuse costs nothing.
TEST_F(Splice, PortReuseAfterEveryEnd) {
  uint64_t replaced = 0;
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE(round);
    dialogue_.Splice();
    harness_.Take(Side::kInside);
    if (round % 3 == 0) dialogue_.CloseBoth();
    if (round % 3 == 1) {
      dialogue_.ClientSays(kF | kA, 1, 1);
      dialogue_.ServerSays(kF | kA, 1, 2);
      EXPECT_EQ(dialogue_.phase(), Phase::kClosing);
    }
    if (round % 3 == 2) {
      TcpFrame reset = dialogue_.FromClient(kR | kA, 1, 1);
      EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
      harness_.Take(Side::kInside);
      EXPECT_EQ(dialogue_.phase(), Phase::kClosed);
    }
    harness_.Advance(Milliseconds(71));
    EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), replaced++);
    dialogue_.isn_c += 64000 + 2 * 65536;
    dialogue_.isn_s += 1000000;
    dialogue_.client_timestamp += 100;
    dialogue_.server_first_timestamp = dialogue_.server_timestamp += 100;
    // The backend is known to have timestamps now.
    dialogue_.backend_syn_mss = 1460;
  }
  EXPECT_EQ(harness_.proxy().flow_count(), 1u);
}

// Even where the new ISN lies in the old window (RFC 6528 makes that rare, a NAT does not).
TEST_F(Splice, PortReuseInsideTheOldWindow) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  dialogue_.CloseBoth();
  Dialogue next = dialogue_;
  next.isn_c += 100;
  next.isn_s += 777777;
  next.client_timestamp += 100;
  next.server_first_timestamp = next.server_timestamp += 100;
  next.backend_syn_mss = 1460;
  next.Splice();
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 1u);
}

// Rule 8: an active flow is never replaced, not even by a valid cookie; one that is idle for a
// cookie life is.
TEST_F(Splice, CookieReplacesAnIdleFlowOnly) {
  dialogue_.Open();
  Dialogue other = dialogue_;
  other.isn_c += 200000;
  other.Open();
  dialogue_.Validate();
  dialogue_.Answer();
  TcpFrame ack = other.FromClient(kA, 1, 1);
  ack.options.timestamps->second = other.tsval_p;
  (void)harness_.Feed(Side::kOutside, ack);
  harness_.Take(Side::kInside);
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 0u);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
  harness_.Advance(Seconds(70));
  other.backend_syn_mss = 1460;
  other.Splice();
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 1u);
}

TEST_F(Splice, SynAckFromTheClientIsOutOfPlace) {
  dialogue_.Splice();
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kS | kA, 0, 1)),
            Verdict::Drop(Reason::kSynOutOfPlace));
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(kS, 0, 0)),
            Verdict::Drop(Reason::kSynOutOfPlace));
}

// Rule 18: verified on every segment with SYN, FIN or RST; other segments go on as they came.
TEST_F(Splice, DamagedSegments) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  for (const int flags : {kF | kA, kR | kA, kS | kA}) {
    const TcpFrame frame = dialogue_.FromClient(static_cast<uint8_t>(flags), 1, 1);
    Bytes damaged = frame.Build();
    damaged[TcpOffset(frame) + 16] ^= 1;
    EXPECT_EQ(harness_.Feed(Side::kOutside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
  }
  const TcpFrame data = dialogue_.FromServer(kP | kA, 1, 1, "damaged");
  Bytes damaged = data.Build();
  damaged.back() ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kInside, damaged), Verdict::Forward());
  const auto forwarded = harness_.Take(Side::kOutside);
  EXPECT_FALSE(ReadTcpFrame(forwarded.front())) << "damage must not be blessed";
}

// Its socket must not outlive the flow (a restart of ours, an eviction); so many in a second.
TEST_F(Splice, BackendWithoutFlow) {
  const TcpFrame stray = dialogue_.FromServer(kP | kA, 1, 1, "of an earlier connection");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(harness_.Feed(Side::kInside, stray), Verdict::Refuse(Reason::kBackendWithoutFlow));
    const TcpFrame reset = harness_.TakeOne(Side::kInside);
    ASSERT_EQ(reset.flags, kR);
    ASSERT_EQ(reset.seq, stray.ack);
  }
  EXPECT_EQ(harness_.Feed(Side::kInside, stray), Verdict::Drop(Reason::kBackendWithoutFlow));
  harness_.Advance(Seconds(1));
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(kR, 1, 1)),
            Verdict::Drop(Reason::kBackendWithoutFlow));
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(0, 1, 1)),
            Verdict::Drop(Reason::kBackendWithoutFlow));
}

}  // namespace
}  // namespace synsplice::test
