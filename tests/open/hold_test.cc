// Rules 9, 11, 15: early data is held, in order and within bounds, and leaves behind the ACK.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class Hold : public DialogueTest {
 protected:
  Verdict Early(uint8_t flags, uint32_t seq, const std::string& payload) {
    TcpFrame frame = dialogue_.FromClient(flags, seq, 1, payload);
    if (frame.options.timestamps) frame.options.timestamps->second = dialogue_.tsval_p;
    return harness_.Feed(Side::kOutside, frame);
  }
  // What leaves inside at the splice, behind the ACK.
  std::vector<TcpFrame> Released(size_t count) {
    EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()), Verdict::Forward());
    EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.WindowUpdate());
    auto frames = harness_.TakeTcp(Side::kInside, count + 1);
    EXPECT_EQ(frames.front(), dialogue_.ToServer(kA, 1, 1));
    frames.erase(frames.begin());
    return frames;
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(Hold, DataLeavesInOrderBehindTheAck) {
  dialogue_.Open();
  dialogue_.Validate("one");
  EXPECT_EQ(Early(kP | kA, 4, "two").kind, Verdict::Kind::kHold);
  EXPECT_EQ(Early(kF | kA, 7, "three").kind, Verdict::Kind::kHold);
  EXPECT_EQ(harness_.held_count(), 3u);
  const auto frames = Released(3);
  EXPECT_EQ(frames[0], dialogue_.ToServer(kP | kA, 1, 1, "one"));
  EXPECT_EQ(frames[1], dialogue_.ToServer(kP | kA, 4, 1, "two"));
  EXPECT_EQ(frames[2], dialogue_.ToServer(kF | kA, 7, 1, "three"));
  EXPECT_EQ(harness_.held_count(), 0u);
  EXPECT_EQ(dialogue_.phase(), Phase::kClientClosed);
  dialogue_.ServerSays(kA, 1, 13);
}

TEST_F(Hold, GapIsDroppedAndRetransmissionConsumed) {
  dialogue_.Open();
  dialogue_.Validate("one");
  EXPECT_EQ(Early(kP | kA, 7, "three"), Verdict::Drop(Reason::kHoldOutOfOrder));
  EXPECT_EQ(Early(kP | kA, 1, "one"), Verdict::Consumed());
  EXPECT_EQ(Early(kA, 4, ""), Verdict::Consumed());
  EXPECT_EQ(Early(kP | kA, 4, "two").kind, Verdict::Kind::kHold);
  EXPECT_EQ(harness_.held_count(), 2u);
}

TEST_F(Hold, NothingFitsBehindAFin) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(Early(kF | kA, 1, "").kind, Verdict::Kind::kHold);
  EXPECT_EQ(Early(kF | kA, 1, ""), Verdict::Consumed());
  EXPECT_EQ(Early(kP | kA, 2, "more"), Verdict::Drop(Reason::kHoldOutOfOrder));
}

// 4 x promised MSS: what the SYN-ACK's window offered.
TEST_F(Hold, BytesAreBounded) {
  dialogue_.Open();
  dialogue_.Validate(std::string(1448, 'a'));
  for (uint32_t i = 1; i < 4; ++i) {
    EXPECT_EQ(Early(kA, 1 + i * 1448, std::string(1448, 'b')).kind, Verdict::Kind::kHold);
  }
  EXPECT_EQ(Early(kA, 1 + 4 * 1448, std::string(49, 'c')), Verdict::Drop(Reason::kHoldLimit));
  EXPECT_EQ(Early(kA, 1 + 4 * 1448, std::string(48, 'd')).kind, Verdict::Kind::kHold);
}

TEST_F(Hold, FramesAreBounded) {
  dialogue_.Open();
  dialogue_.Validate("a");
  for (uint32_t i = 1; i < 8; ++i) {
    EXPECT_EQ(Early(kA, 1 + i, "b").kind, Verdict::Kind::kHold);
  }
  EXPECT_EQ(Early(kA, 9, "c"), Verdict::Drop(Reason::kHoldLimit));
  Released(8);
}

TEST_F(Hold, FramesOfAllConnectionsAreBounded) {
  Config config = TransparentConfig();
  config.handshake.hold_frames_total = 6;  // two for one network
  ProxyHarness harness(config);
  std::vector<Dialogue> dialogues;
  for (uint16_t i = 0; i < 3; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    dialogues.emplace_back(harness, setup).Open();
  }
  dialogues[0].Validate("a");
  dialogues[1].Validate("b");
  TcpFrame third = dialogues[2].FromClient(kP | kA, 1, 1, "c");
  third.options.timestamps->second = dialogues[2].tsval_p;
  EXPECT_EQ(harness.Feed(Side::kOutside, third), Verdict::Drop(Reason::kHoldLimit));
  EXPECT_EQ(harness.TakeOne(Side::kInside), dialogues[2].BackendSyn()) << "it opens all the same";
  dialogues[0].Answer();
  EXPECT_EQ(harness.Feed(Side::kOutside, third).kind, Verdict::Kind::kHold);
}

// Rule 18: the checksum is verified on every segment with FIN.
TEST_F(Hold, DamagedFinIsNotTaken) {
  dialogue_.Open();
  dialogue_.Validate();
  TcpFrame fin = dialogue_.FromClient(kF | kA, 1, 1);
  fin.options.timestamps->second = dialogue_.tsval_p;
  Bytes frame = fin.Build();
  frame[TcpOffset(fin) + 16] ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kBadTcpChecksum));
  EXPECT_EQ(Early(kP | kA, 1, "data").kind, Verdict::Kind::kHold);
}

TEST_F(Hold, HeldFramesAreFreedWhenTheBackendRefuses) {
  dialogue_.Open();
  dialogue_.Validate("early");
  TcpFrame reset = dialogue_.FromServer(kR | kA, 0, 1);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kInside, reset), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(5));
  EXPECT_EQ(harness_.held_count(), 0u);
}

}  // namespace
}  // namespace synsplice::test
