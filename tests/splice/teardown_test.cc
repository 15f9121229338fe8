// Rules 18, 21, 29: how connections end, what they give back, who is evicted.
#include "support/dialogue.h"
#include "support/fragment_frames.h"

namespace synsplice::test {
namespace {

class Teardown : public DialogueTest {
 protected:
  void Splice() {
    dialogue_.Splice();
    harness_.Take(Side::kInside);
  }
  TcpFrame Bare(TcpFrame frame) {
    frame.options = {};
    return frame;
  }
  Verdict ClientReset(uint32_t seq) {
    return harness_.Feed(Side::kOutside, Bare(dialogue_.FromClient(kR, seq, 0)));
  }
  Verdict ServerReset(uint32_t seq) {
    return harness_.Feed(Side::kInside, Bare(dialogue_.FromServer(kR, seq, 0)));
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(Teardown, ClientClosesFirst) {
  Splice();
  dialogue_.ClientSays(kF | kA, 1, 1);
  EXPECT_EQ(dialogue_.phase(), Phase::kClientClosed);
  dialogue_.ServerSays(kP | kA, 1, 2, "long answer");
  dialogue_.ServerSays(kF | kA, 12, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosing);
  dialogue_.ClientSays(kA, 2, 13);
  EXPECT_EQ(dialogue_.phase(), Phase::kTimeWait);
}

TEST_F(Teardown, ServerClosesFirst) {
  Splice();
  dialogue_.ServerSays(kF | kA, 1, 1);
  EXPECT_EQ(dialogue_.phase(), Phase::kServerClosed);
  dialogue_.ClientSays(kF | kA, 1, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosing);
  dialogue_.ServerSays(kA, 2, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kTimeWait);
}

TEST_F(Teardown, SimultaneousClose) {
  Splice();
  dialogue_.ClientSays(kF | kA, 1, 1);
  dialogue_.ServerSays(kF | kA, 1, 1);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosing);
  dialogue_.ClientSays(kA, 2, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosing);
  dialogue_.ServerSays(kA, 2, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kTimeWait);
}

TEST_F(Teardown, FinWithDataAndItsRetransmission) {
  Splice();
  dialogue_.ClientSays(kF | kP | kA, 1, 1, "last words");
  EXPECT_EQ(dialogue_.phase(), Phase::kClientClosed);
  dialogue_.ClientSays(kF | kP | kA, 1, 1, "last words");
  dialogue_.ServerSays(kF | kA, 1, 12);
  dialogue_.ClientSays(kA, 12, 2);
  EXPECT_EQ(dialogue_.phase(), Phase::kTimeWait);
}

// Rule 18: a FIN counts only at the sender's end.
TEST_F(Teardown, FinBeforeTheEndDoesNotCount) {
  Splice();
  dialogue_.ClientSays(kP | kA, 1, 1, "0123456789");
  dialogue_.ClientSays(kF | kA, 5, 1);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
  dialogue_.ClientSays(kF | kA, 0x40000000, 1);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished) << "out of window";
  dialogue_.ClientSays(kF | kA, 11, 0x40000000);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished) << "acknowledges what was never sent";
}

// Rule 18: RST closes if seq = the receiver's last ack or the sender's end.
TEST_F(Teardown, ResetAtTheRightPlaceCloses) {
  // At the client's end the server may not have got there: it hears a second RST where it stands.
  for (const auto& [seq, resets] : {std::pair(1u, 1u), std::pair(8u, 2u)}) {
    ProxyHarness harness(TransparentConfig());
    Dialogue dialogue(harness);
    dialogue.Splice();
    harness.Take(Side::kInside);
    dialogue.ClientSays(kP | kA, 1, 1, "request");
    EXPECT_EQ(harness.Feed(Side::kOutside, Bare(dialogue.FromClient(kR, seq, 0))),
              Verdict::Forward());
    EXPECT_EQ(harness.Take(Side::kInside).size(), resets);
    EXPECT_EQ(dialogue.phase(), Phase::kClosed) << seq;
  }
}

TEST_F(Teardown, ServerResetCloses) {
  Splice();
  dialogue_.ServerSays(kP | kA, 1, 1, "answer");
  EXPECT_EQ(ServerReset(7), Verdict::Forward());
  TcpFrame expected = Bare(dialogue_.ToClient(kR, 7, 0));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).seq, expected.seq);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosed);
}

// RFC 5961: in the window but elsewhere is forwarded, and the flow stays; outside drops.
TEST_F(Teardown, BlindResets) {
  Splice();
  dialogue_.ClientSays(kP | kA, 1, 1, "request");
  EXPECT_EQ(ClientReset(100), Verdict::Forward());
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
  EXPECT_EQ(ClientReset(0x10000000), Verdict::Drop(Reason::kRstOutOfWindow));
  EXPECT_EQ(ClientReset(0x80000000), Verdict::Drop(Reason::kRstOutOfWindow));
  EXPECT_EQ(ServerReset(0x10000000), Verdict::Drop(Reason::kRstOutOfWindow));
  EXPECT_EQ(ServerReset(100), Verdict::Forward());
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
}

// Rule 21: translation goes on for a cookie life.
TEST_F(Teardown, ClosedFlowIsStillTranslated) {
  Splice();
  EXPECT_EQ(ServerReset(1), Verdict::Forward());
  harness_.Take(Side::kOutside);
  dialogue_.ClientSays(kP | kA, 1, 1, "crossed");
  EXPECT_EQ(ServerReset(1), Verdict::Forward());
  harness_.Take(Side::kOutside);
  EXPECT_EQ(dialogue_.phase(), Phase::kClosed);
}

// Rule 18: what the server still says shows that it has not taken the client's RST.
TEST_F(Teardown, ServerThatStillTalksIsReset) {
  Splice();
  EXPECT_EQ(ClientReset(1), Verdict::Forward());
  harness_.Take(Side::kInside);
  const TcpFrame crossed = dialogue_.FromServer(kP | kA, 1, 1, "crossed");
  EXPECT_EQ(harness_.Feed(Side::kInside, crossed), Verdict::Refuse(Reason::kClientReset));
  const TcpFrame reset = harness_.TakeOne(Side::kInside);
  EXPECT_EQ(reset.flags, kR);
  EXPECT_EQ(reset.seq, crossed.ack);
  EXPECT_TRUE(harness_.IsQuiet());
  Bytes damaged = crossed.Build();
  damaged.back() ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kInside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
}

// Rule 29: its place is free, so what the server may have ignored must end the connection.
TEST_F(Teardown, NothingPassesBehindTheClientsReset) {
  Splice();
  EXPECT_EQ(ClientReset(1), Verdict::Forward());
  harness_.Take(Side::kInside);
  const TcpFrame data = dialogue_.FromClient(kP | kA, 1, 1, std::string(100, 'd'));
  EXPECT_EQ(harness_.Feed(Side::kOutside, data), Verdict::Drop(Reason::kClientReset));
  EXPECT_EQ(harness_.Feed(Side::kOutside, FragmentsOf(data, 80)[0]),
            Verdict::Drop(Reason::kClientReset));
}

// A blind one that the receiver ignores (RFC 5961) ends nothing: the answer may come much later.
TEST_F(Teardown, BlindResetBehindAFinEndsNothing) {
  Splice();
  dialogue_.ClientSays(kF | kA, 1, 1);
  EXPECT_EQ(ClientReset(100), Verdict::Forward());
  EXPECT_EQ(dialogue_.phase(), Phase::kClientClosed);
  harness_.Take(Side::kInside);
  harness_.Advance(Seconds(100));
  dialogue_.ServerSays(kP | kA, 1, 2, "answer");
  dialogue_.ClientSays(kA, 2, 7);
}

// Eviction order of rule 21, in a table of two buckets that stand in each other's way.
class Eviction : public DialogueTest {
 protected:
  static Config SmallTable() {
    Config config = TransparentConfig();
    config.flow_table_entries = 16;
    return config;
  }
  Dialogue& Add() {
    DialogueSetup setup;
    setup.client_port = static_cast<uint16_t>(40000 + dialogues_.size());
    Dialogue& dialogue = *dialogues_.emplace_back(std::make_unique<Dialogue>(harness_, setup));
    if (spliced_) dialogue.backend_syn_mss = 1460;
    return dialogue;
  }
  Dialogue& AddSpliced() {
    Dialogue& dialogue = Add();
    dialogue.Splice();
    harness_.Take(Side::kInside);
    spliced_ = true;
    return dialogue;
  }
  void Reset(Dialogue& dialogue) {
    TcpFrame reset = dialogue.FromClient(kR, 1, 0);
    reset.options = {};
    EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
    harness_.Take(Side::kInside);
  }
  void FillWithEstablished() {
    while (harness_.proxy().flow_count() < 16) AddSpliced();
  }

  ProxyHarness harness_{SmallTable()};
  std::vector<std::unique_ptr<Dialogue>> dialogues_;
  bool spliced_ = false;
};

TEST_F(Eviction, ClosedThenTimeWaitThenClosingThenOldHandshake) {
  AddSpliced();  // the backend is known now
  Dialogue& waiting = Add();
  waiting.Open();
  waiting.Validate("held");
  harness_.Advance(Milliseconds(999));
  Dialogue& closing = AddSpliced();
  closing.ClientSays(kF | kA, 1, 1);
  closing.ServerSays(kF | kA, 1, 2);
  Dialogue& time_wait = AddSpliced();
  time_wait.CloseBoth();
  Dialogue& closed = AddSpliced();
  Reset(closed);
  FillWithEstablished();
  harness_.Advance(Milliseconds(100));
  harness_.Take(Side::kInside);  // the retransmitted SYN
  for (Dialogue* victim : {&closed, &time_wait, &closing, &waiting}) {
    EXPECT_TRUE(victim->phase());
    AddSpliced();
    EXPECT_FALSE(victim->phase());
  }
  EXPECT_EQ(harness_.Count(Event::kFlowsEvicted), 4u);
  EXPECT_EQ(harness_.held_count(), 0u);
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

TEST_F(Eviction, LongestIdleOver64Seconds) {
  AddSpliced();
  harness_.Advance(Seconds(10));
  FillWithEstablished();
  harness_.Advance(Seconds(60));
  Dialogue& refreshed = *dialogues_[0];
  EXPECT_EQ(refreshed.phase(), Phase::kEstablished);
  AddSpliced();
  EXPECT_FALSE(refreshed.phase()) << "70 s idle: over the limit, and the longest";
}

// Refused is as good as closed.
TEST_F(Eviction, RefusedGoesBeforeTimeWait) {
  AddSpliced();
  Dialogue& time_wait = AddSpliced();
  time_wait.CloseBoth();
  harness_.Advance(Seconds(8));
  Dialogue& refused = Add();
  refused.Open();
  refused.Validate();
  TcpFrame reset = refused.FromServer(kR | kA, 0, 1);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kInside, reset), Verdict::Forward());
  harness_.Take(Side::kOutside);
  FillWithEstablished();
  AddSpliced();
  EXPECT_FALSE(refused.phase());
  EXPECT_TRUE(time_wait.phase());
}

TEST_F(Eviction, LongestIdleOfAClassGoesFirst) {
  AddSpliced();
  std::vector<Dialogue*> closed;
  for (int i = 0; i < 3; ++i) {
    Reset(*closed.emplace_back(&AddSpliced()));
    harness_.Advance(Seconds(8));
  }
  FillWithEstablished();
  for (Dialogue* victim : closed) {
    EXPECT_TRUE(victim->phase());
    AddSpliced();
    EXPECT_FALSE(victim->phase());
  }
}

TEST_F(Eviction, HandshakeGoesBeforeAnIdleConnectionButNotWithinASecond) {
  AddSpliced();
  Dialogue& idle = AddSpliced();
  harness_.Advance(Seconds(80));
  Dialogue& waiting = Add();
  waiting.Open();
  waiting.Validate();
  FillWithEstablished();
  harness_.Advance(Milliseconds(1000));
  harness_.Take(Side::kInside);  // the retransmitted SYN
  EXPECT_EQ(waiting.phase(), Phase::kWaiting);
  AddSpliced();
  EXPECT_TRUE(waiting.phase()) << "exactly a second is not older than one";
  EXPECT_FALSE(dialogues_[0]->phase() && idle.phase()) << "an idle one has left";
  harness_.Advance(Milliseconds(1));
  AddSpliced();
  EXPECT_FALSE(waiting.phase());
}

TEST_F(Eviction, HalfClosedConnectionsAreAsFreshAsTheirLastSegment) {
  AddSpliced();
  Dialogue& client_closed = AddSpliced();
  client_closed.ClientSays(kF | kA, 1, 1);
  harness_.Advance(Seconds(8));
  Dialogue& server_closed = AddSpliced();
  server_closed.ServerSays(kF | kA, 1, 1);
  harness_.Advance(Seconds(72));
  dialogues_[0]->ClientSays(kP | kA, 1, 1, "alive");
  FillWithEstablished();
  for (Dialogue* victim : {&client_closed, &server_closed}) {
    EXPECT_TRUE(victim->phase());
    AddSpliced();
    EXPECT_FALSE(victim->phase());
  }
}

TEST_F(Eviction, LimitsAreConfigurable) {
  Config config = SmallTable();
  config.timeouts.evictable_wait = Seconds(0);
  config.timeouts.evictable_idle = Seconds(8);
  ProxyHarness harness(config);
  for (uint16_t i = 0; i < 18; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    Dialogue dialogue(harness, setup);
    if (i != 0) dialogue.backend_syn_mss = 1460;
    if (i < 16) {
      dialogue.Splice();
      harness.Take(Side::kInside);
      if (i == 15) harness.Advance(Seconds(16));
    } else {
      dialogue.Open();
      dialogue.Validate();
      harness.Advance(Milliseconds(1));
    }
  }
  EXPECT_EQ(harness.Count(Event::kFlowsEvicted), 2u) << "an idle one, then the handshake";
  EXPECT_EQ(harness.proxy().handshake_count(), 1u);
}

// As many discarded slots in one call as the Outbox must hold.
TEST_F(Eviction, BurstOfEvictions) {
  Config config = TransparentConfig();
  config.flow_table_entries = 64;
  config.handshake.slots = 1024;
  config.handshake.hold_frames_total = 1024;
  ProxyHarness harness(config);
  std::vector<Bytes> acks;
  for (uint16_t i = 0; i < 4 * kMaxBurst; ++i) {
    DialogueSetup setup;
    setup.client_port = 10000 + i;
    Dialogue dialogue(harness, setup);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kP | kA, 1, 1, "held");
    ack.options.timestamps->second = dialogue.tsval_p;
    acks.push_back(ack.Build());
  }
  for (size_t burst = 0; burst < 4; ++burst) {
    const auto first = acks.begin() + static_cast<ptrdiff_t>(burst * kMaxBurst);
    harness.FeedBurst(Side::kOutside, {first, first + kMaxBurst});
    EXPECT_EQ(harness.held_count(), harness.proxy().flow_count());
    EXPECT_EQ(harness.proxy().handshake_count(), harness.proxy().flow_count());
    harness.Advance(Milliseconds(1100));
  }
  EXPECT_GT(harness.Count(Event::kFlowsEvicted), 2 * kMaxBurst);
}

// Never a fresh established one: the new connection is refused by name.
TEST_F(Eviction, FreshEstablishedFlowsStay) {
  FillWithEstablished();
  harness_.Advance(Seconds(30));
  Dialogue& refused = Add();
  refused.Open();
  TcpFrame ack = refused.FromClient(kA, 1, 1);
  ack.options.timestamps->second = refused.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Refuse(Reason::kFlowTableFull));
  harness_.Take(Side::kOutside);
  for (size_t i = 0; i < 16; ++i) dialogues_[i]->ClientSays(kP | kA, 1, 1, "alive");
}

}  // namespace
}  // namespace synsplice::test
