// Rules 10-15: how the backend is called, and every way in which it may answer.
#include "support/dialogue.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

class Backend : public DialogueTest {
 protected:
  TcpFrame BareFromServer(uint8_t flags, uint32_t seq, uint32_t ack) {
    TcpFrame frame = dialogue_.FromServer(flags, seq, ack);
    frame.options = {};
    return frame;
  }
  TcpFrame ResetToServer(uint32_t seq) {
    TcpFrame frame = ResetTo(dialogue_);
    frame.seq = seq;
    return frame;
  }
  static TcpFrame ResetTo(const Dialogue& dialogue) {
    TcpFrame frame = dialogue.BackendSyn();
    frame.flags = kR;
    frame.seq = dialogue.isn_c + 1;
    frame.window = 0;
    frame.options = {};
    return frame;
  }
  IcmpError Unreachable(uint8_t code) {
    IcmpError icmp;
    icmp.source_mac = kServerMac;
    icmp.destination_mac = kClientMac;
    icmp.source = *ParseAddress("198.18.0.1");
    icmp.destination = dialogue_.client.address;
    icmp.code = code;
    icmp.quoted = dialogue_.BackendSyn();
    return icmp;
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

// Rule 10: after 1, 2, 4 s; three times; then the client is told.
TEST_F(Backend, SilentBackend) {
  dialogue_.Open();
  dialogue_.Validate("early");
  for (const int wait : {1000, 2000, 4000}) {
    harness_.Advance(Milliseconds(wait - 1));
    EXPECT_TRUE(harness_.IsQuiet());
    harness_.Advance(Milliseconds(1));
    EXPECT_EQ(harness_.TakeOne(Side::kInside), dialogue_.BackendSyn());
  }
  EXPECT_EQ(harness_.Count(Event::kBackendSynRetransmits), 3u);
  harness_.Advance(Milliseconds(7999));
  EXPECT_TRUE(harness_.IsQuiet());
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(5));
  EXPECT_EQ(harness_.Count(Event::kBackendSilent), 1u);
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
  EXPECT_EQ(harness_.held_count(), 0u);
  harness_.Advance(Seconds(10));
  EXPECT_TRUE(harness_.IsQuiet());
}

TEST_F(Backend, ManySilentBackendsWithinTheTickBudget) {
  std::vector<Dialogue> dialogues;
  for (uint16_t i = 0; i < 64; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    dialogues.emplace_back(harness_, setup).Open();
    dialogues.back().Validate("x");
  }
  harness_.Take(Side::kInside);
  harness_.Advance(Seconds(16));
  harness_.TakeTcp(Side::kInside, 3 * 64);
  harness_.TakeTcp(Side::kOutside, 64);
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

TEST_F(Backend, LateAnswerToARetransmission) {
  dialogue_.Open();
  dialogue_.Validate();
  harness_.Advance(Milliseconds(3000));
  harness_.TakeTcp(Side::kInside, 2);
  dialogue_.Answer();
  harness_.Advance(Seconds(30));
  EXPECT_TRUE(harness_.IsQuiet());
}

struct MssCase {
  uint16_t offered, kept;
  bool v6;
};

// min(client's, promised), rounded down to what the cookie keeps; RFC 9293 3.7.1's defaults.
TEST_F(Backend, MssOfTheSyn) {
  for (const MssCase test : {MssCase{1460, 1460, false},
                             {9000, 1460, false},
                             {1440, 1440, true},
                             {1460, 1440, true},
                             {1399, 1360, false},
                             {535, 216, false},
                             {0, 536, false},
                             {0, 1220, true}}) {
    SCOPED_TRACE(test.offered);
    ProxyHarness harness(TransparentConfig());
    DialogueSetup setup;
    setup.v6 = test.v6;
    setup.client = WindowsOptions();
    setup.client.mss = test.offered;
    Dialogue dialogue(harness, setup);
    dialogue.backend_syn_mss = test.kept;
    dialogue.Open();
    dialogue.Validate();
  }
}

// Rule 14.
TEST_F(Backend, RefusedByReset) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(harness_.Feed(Side::kInside, BareFromServer(kR | kA, 0, 1)), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(0));
  EXPECT_EQ(harness_.Count(Event::kBackendRefused), 1u);
  // Until a cookie life later: the client's segments are answered, a SYN gets a cookie.
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kP | kA, 1, 1, "data")),
            Verdict::Refuse(Reason::kRefusedFlow));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).seq, dialogue_.isn_p + 1);
  EXPECT_EQ(harness_.Feed(Side::kInside, BareFromServer(kR | kA, 0, 1)),
            Verdict::Drop(Reason::kRefusedFlow))
      << "a RST is never answered";
  Dialogue again = dialogue_;
  again.isn_c += 1000;
  again.Splice();
}

TEST_F(Backend, ForgedResetsAreIgnored) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(harness_.Feed(Side::kInside, BareFromServer(kR | kA, 0, 2)),
            Verdict::Drop(Reason::kBackendUnexpected));
  EXPECT_EQ(harness_.Feed(Side::kInside, BareFromServer(kR, 0, 1)),
            Verdict::Drop(Reason::kBackendUnexpected));
  const TcpFrame reset = BareFromServer(kR | kA, 0, 1);
  Bytes damaged = reset.Build();
  damaged[TcpOffset(reset) + 16] ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kInside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
  dialogue_.Answer();
}

TEST_F(Backend, UnreachableByIcmp) {
  dialogue_.Open();
  dialogue_.Validate("early");
  IcmpError wrong = Unreachable(1);
  wrong.quoted.seq += 1;
  const Verdict out_of_place = Verdict::Drop(Reason::kIcmpOutOfPlace);
  EXPECT_EQ(harness_.Feed(Side::kInside, wrong.Build()), out_of_place);
  EXPECT_EQ(harness_.Feed(Side::kInside, Unreachable(4).Build()), out_of_place);
  EXPECT_EQ(dialogue_.phase(), Phase::kWaiting);
  EXPECT_EQ(harness_.Feed(Side::kInside, Unreachable(1).Build()), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(5));
  EXPECT_EQ(harness_.Count(Event::kBackendRefused), 1u);
  EXPECT_EQ(dialogue_.phase(), Phase::kRefused);
}

// Rule 13: an old half-open connection answers with a challenge ACK or another SYN-ACK.
TEST_F(Backend, HalfOpenConnectionIsResetOnce) {
  for (const int flags : {+kA, kS | kA}) {
    ProxyHarness harness(TransparentConfig());
    Dialogue dialogue(harness);
    dialogue.Open();
    dialogue.Validate();
    TcpFrame challenge = dialogue.FromServer(static_cast<uint8_t>(flags), 500, 777);
    EXPECT_EQ(harness.Feed(Side::kInside, challenge), Verdict::Bounce());
    const auto frames = harness.TakeTcp(Side::kInside, 2);
    TcpFrame reset = dialogue.BackendSyn();
    reset.flags = kR;
    reset.seq = challenge.ack;
    reset.window = 0;
    reset.options = {};
    EXPECT_EQ(frames[0], reset);
    EXPECT_EQ(frames[1], dialogue.BackendSyn()) << "at once";
    EXPECT_EQ(harness.Count(Event::kBackendHalfOpenResets), 1u);
    dialogue.Answer();
  }
}

// ... SYN again at once, once; then by the timer. The RST goes out every time, or a lost one would
// leave the old connection there for good.
TEST_F(Backend, HalfOpenConnectionIsResetAgainButNotCalled) {
  dialogue_.Open();
  dialogue_.Validate();
  const TcpFrame challenge = dialogue_.FromServer(kA, 500, 777);
  EXPECT_EQ(harness_.Feed(Side::kInside, challenge), Verdict::Bounce());
  harness_.TakeTcp(Side::kInside, 2);
  EXPECT_EQ(harness_.Feed(Side::kInside, challenge), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kInside), ResetToServer(challenge.ack));
  harness_.Advance(Seconds(1));
  EXPECT_EQ(harness_.TakeOne(Side::kInside), dialogue_.BackendSyn());
}

TEST_F(Backend, AnswersThatMeanNothing) {
  dialogue_.Open();
  dialogue_.Validate();
  for (const int flags : {+kS, +kA, kF | kA, kP | kA}) {
    EXPECT_EQ(harness_.Feed(Side::kInside, BareFromServer(static_cast<uint8_t>(flags), 0, 1)),
              Verdict::Drop(Reason::kBackendUnexpected))
        << flags;
  }
  dialogue_.Answer();
}

// Rule 12.
TEST_F(Backend, SynAckAgainAfterTheSplice) {
  dialogue_.Splice();
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()), Verdict::Bounce());
  TcpFrame ack = harness_.TakeOne(Side::kInside);
  TcpFrame expected = dialogue_.ToServer(kA, 1, 1);
  // The window is remembered as a power of two.
  EXPECT_GE(ack.window, expected.window / 2);
  EXPECT_LE(ack.window, expected.window) << "an ACK must not offer more than the client has";
  expected.window = ack.window;
  EXPECT_EQ(ack, expected);
  EXPECT_TRUE(harness_.IsQuiet()) << "never forwarded to the client";
  EXPECT_EQ(harness_.Count(Event::kBackendSynAckAgain), 1u);
}

// Rule 33: a window of 1 with scale 14; an open window must not be closed.
TEST_F(Backend, SynAckAgainKeepsASmallWindowOpen) {
  DialogueSetup setup;
  setup.client.scale = 14;
  setup.client_window = 1;
  Dialogue dialogue(harness_, setup);
  dialogue.Splice();
  harness_.Take(Side::kInside);
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue.ServerSynAck()), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kInside).window, 1);
}

TEST_F(Backend, OtherSynAckDoesNotRebase) {
  dialogue_.Splice();
  TcpFrame other = dialogue_.ServerSynAck();
  other.seq += 1000;
  EXPECT_EQ(harness_.Feed(Side::kInside, other), Verdict::Drop(Reason::kSynOutOfPlace));
  dialogue_.ServerSays(kP | kA, 1, 1, "hello");
}

// Rule 15: the client's RST; the backend's half is ended when it answers.
TEST_F(Backend, ClientAbortsWhileWaiting) {
  dialogue_.Open();
  dialogue_.Validate("early");
  TcpFrame reset = dialogue_.FromClient(kR, 3, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Drop(Reason::kRstOutOfWindow));
  reset.seq = dialogue_.isn_c + 6;  // the end of what is held
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  EXPECT_EQ(dialogue_.phase(), Phase::kAborted);
  EXPECT_EQ(harness_.held_count(), 0u) << "nobody waits for the early data any more";
  TcpFrame ack = dialogue_.FromClient(kA, 6, 1);
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Drop(Reason::kWaitingUnexpected));
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()).kind, Verdict::Kind::kBounce);
  EXPECT_EQ(harness_.TakeOne(Side::kInside), ResetToServer(dialogue_.isn_c + 1));
  EXPECT_TRUE(harness_.IsQuiet());
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
  EXPECT_EQ(harness_.held_count(), 0u);
}

// The slot stays as long as the retries would have taken: 1 + 2 + 4 + 8 s; nobody is told.
TEST_F(Backend, AbortedFlowWaitsInSilenceUntilTheRetriesEnd) {
  dialogue_.Open();
  dialogue_.Validate();
  TcpFrame reset = dialogue_.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  for (const int wait : {1000, 2000, 4000, 7999}) harness_.Advance(Milliseconds(wait));
  EXPECT_EQ(dialogue_.phase(), Phase::kAborted);
  harness_.Advance(Milliseconds(1));
  EXPECT_EQ(dialogue_.phase(), Phase::kRefused);
  EXPECT_TRUE(harness_.IsQuiet());
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
  EXPECT_EQ(harness_.Count(Event::kBackendSynRetransmits), 0u);
}

TEST_F(Backend, LateAnswerToAnAbortedFlowIsReset) {
  dialogue_.Open();
  dialogue_.Validate();
  TcpFrame reset = dialogue_.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  harness_.Advance(Seconds(10));
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()).kind, Verdict::Kind::kBounce);
  EXPECT_EQ(harness_.TakeOne(Side::kInside), ResetToServer(dialogue_.isn_c + 1));
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

// The client is gone by its own word: its next try needs no later ISN.
TEST_F(Backend, AbortedFlowIsReplacedByAnyCookie) {
  Dialogue next = dialogue_;
  next.isn_c -= 100000;
  dialogue_.Open();
  dialogue_.Validate("early");
  TcpFrame reset = dialogue_.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  next.Splice();
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 1u);
}

// Rules 10, 15: the client was told; a backend that answers after all must not keep its half.
TEST_F(Backend, AnswerAfterGivingUpIsReset) {
  dialogue_.Open();
  dialogue_.Validate();
  for (const int wait : {1000, 2000, 4000, 8000}) harness_.Advance(Milliseconds(wait));
  harness_.TakeTcp(Side::kInside, 3);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(0));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()),
              Verdict::Refuse(Reason::kRefusedFlow));
    EXPECT_EQ(harness_.TakeOne(Side::kInside), ResetToServer(dialogue_.isn_c + 1));
  }
  EXPECT_TRUE(harness_.IsQuiet());
  const TcpFrame syn_ack = dialogue_.ServerSynAck();
  Bytes damaged = syn_ack.Build();
  damaged[TcpOffset(syn_ack) + 16] ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kInside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
}

}  // namespace
}  // namespace synsplice::test
