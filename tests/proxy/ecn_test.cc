// Rules 16 and 26: explicit congestion notification (RFC 3168).
#include "support/dialogue.h"
#include "support/fragment_frames.h"

namespace synsplice::test {
namespace {

constexpr uint8_t kEct0 = 0x02, kDscp = 0xb8;

// A connection whose ends may ask for ECN and accept it.
class Ecn : public DialogueTest {
 protected:
  struct Case {
    bool promised = true;
    bool asked = true;
    bool accepted = true;
    bool reflected = false;
    bool v6 = false;
  };
  void Connect(const Case& c) {
    Config config = TransparentConfig();
    if (c.promised) config.services[0].promise.ecn = true;
    harness_.emplace(config);
    DialogueSetup setup;
    setup.v6 = c.v6;
    dialogue_.emplace(*harness_, setup);
    TcpFrame syn = dialogue_->Syn();
    if (c.asked) syn.flags |= kE | kC;
    syn_ack_ = Answer(syn);
    TcpFrame ack = dialogue_->FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue_->tsval_p;
    EXPECT_EQ(harness_->Feed(Side::kOutside, ack), Verdict::Consumed());
    backend_syn_ = harness_->TakeOne(Side::kInside);
    TcpFrame answer = dialogue_->ServerSynAck();
    if (c.accepted) answer.flags |= kE;
    if (c.reflected) answer.flags |= kE | kC;
    EXPECT_EQ(harness_->Feed(Side::kInside, answer), Verdict::Forward());
    harness_->Take(Side::kInside), harness_->Take(Side::kOutside);
  }
  TcpFrame Answer(const TcpFrame& syn) {
    EXPECT_EQ(harness_->Feed(Side::kOutside, syn), Verdict::Bounce());
    const TcpFrame answer = harness_->TakeOne(Side::kOutside);
    dialogue_->isn_p = answer.seq;
    dialogue_->tsval_p = answer.options.timestamps ? answer.options.timestamps->first : 0;
    return answer;
  }
  // The traffic class that a data segment from `side` has behind the proxy.
  uint8_t ClassBehind(Side side) {
    TcpFrame frame = side == Side::kOutside ? dialogue_->FromClient(kA, 1, 1, "data")
                                            : dialogue_->FromServer(kA, 1, 1, "data");
    frame.traffic_class = kDscp | kEct0;
    EXPECT_EQ(harness_->Feed(side, frame), Verdict::Forward());
    return harness_->TakeOne(Other(side)).traffic_class;
  }

  std::optional<ProxyHarness> harness_;
  std::optional<Dialogue> dialogue_;
  TcpFrame syn_ack_, backend_syn_;
};

TEST_F(Ecn, BothEndsAgree) {
  for (const bool v6 : {false, true}) {
    Connect({.v6 = v6});
    EXPECT_EQ(syn_ack_.flags, kS | kA | kE);
    EXPECT_EQ(backend_syn_.flags, kS | kE | kC);
    EXPECT_EQ(ClassBehind(Side::kOutside), kDscp | kEct0);
    EXPECT_EQ(ClassBehind(Side::kInside), kDscp | kEct0);
  }
}

// The client believes in ECN, the server does not know of it.
TEST_F(Ecn, BackendDoesNotAccept) {
  for (const bool v6 : {false, true}) {
    Connect({.accepted = false, .v6 = v6});
    EXPECT_EQ(ClassBehind(Side::kOutside), kDscp);
    EXPECT_EQ(ClassBehind(Side::kInside), kDscp);
  }
}

// A server that sends the SYN's reserved bits back, as RFC 3168 6.1.1 knows them.
TEST_F(Ecn, BackendReflectsTheFlags) {
  Connect({.reflected = true});
  EXPECT_FALSE(harness_->FlowOf(Side::kOutside, dialogue_->FromClient(kA, 1, 1))->server_ecn);
  EXPECT_EQ(ClassBehind(Side::kOutside), kDscp);
}

// RFC 3168 5.3: a receiver may drop a datagram whose fragments differ.
TEST_F(Ecn, FragmentsOfADatagramAgree) {
  for (const bool v6 : {false, true}) {
    Connect({.accepted = false, .v6 = v6});
    TcpFrame data = dialogue_->FromClient(kA, 1, 1, std::string(1000, 'd'));
    data.traffic_class = kDscp | kEct0;
    const auto parts = FragmentsOf(data, 400);
    for (const Bytes& part : parts) {
      EXPECT_EQ(harness_->Feed(Side::kOutside, part), Verdict::Forward());
    }
    data.traffic_class = kDscp;
    const Bytes expected = FragmentsOf(data, 400)[1];
    const auto sent = harness_->Take(Side::kInside);
    ASSERT_EQ(sent.size(), parts.size());
    EXPECT_EQ(sent[1], expected);
    EXPECT_EQ(ReadTcpFrame(Reassembled(data, sent))->traffic_class, kDscp);
  }
}

// The server agrees, the client was told that there is no ECN.
TEST_F(Ecn, NotPromised) {
  for (const bool v6 : {false, true}) {
    Connect({.promised = false, .v6 = v6});
    EXPECT_EQ(syn_ack_.flags, kS | kA);
    EXPECT_EQ(backend_syn_.flags, kS | kE | kC);
    EXPECT_EQ(ClassBehind(Side::kInside), kDscp);
    EXPECT_EQ(ClassBehind(Side::kOutside), kDscp);
  }
}

TEST_F(Ecn, NotAsked) {
  Connect({.asked = false, .accepted = false});
  EXPECT_EQ(syn_ack_.flags, kS | kA);
  EXPECT_EQ(backend_syn_.flags, kS);
  EXPECT_EQ(ClassBehind(Side::kOutside), kDscp | kEct0) << "nobody's business";
}

// A SYN-ACK with ECE to a SYN without ECN agrees to nothing.
TEST_F(Ecn, AcceptedWithoutBeingAsked) {
  Connect({.asked = false, .accepted = true});
  EXPECT_FALSE(harness_->FlowOf(Side::kOutside, dialogue_->FromClient(kA, 1, 1))->server_ecn);
}

// Half of the request is none; with the AE bit it asks for AccECN (rule 26).
TEST_F(Ecn, OtherFlagsDoNotAsk) {
  Config config = TransparentConfig();
  config.services[0].promise.ecn = true;
  harness_.emplace(config);
  dialogue_.emplace(*harness_);
  TcpFrame syn = dialogue_->Syn();
  for (const uint8_t flag : {kE, kC}) {
    syn.flags = kS | flag;
    EXPECT_EQ(Answer(syn).flags, kS | kA);
  }
  syn.flags = kS | kE | kC;
  Bytes accurate = syn.Build();
  accurate[TcpOffset(syn) + 12] |= 1;
  RepairChecksums(syn, accurate);
  EXPECT_EQ(harness_->Feed(Side::kOutside, accurate), Verdict::Bounce());
  EXPECT_EQ(harness_->TakeOne(Side::kOutside).flags, kS | kA);
}

// The cookie keeps it in the time stamp: without there is no place.
TEST_F(Ecn, ClientWithoutTimestamps) {
  Config config = TransparentConfig();
  config.services[0].promise.ecn = true;
  harness_.emplace(config);
  DialogueSetup setup;
  setup.client = WindowsOptions();
  dialogue_.emplace(*harness_, setup);
  TcpFrame syn = dialogue_->Syn();
  syn.flags |= kE | kC;
  EXPECT_EQ(Answer(syn).flags, kS | kA);
}

// RFC 3168 6.1.1.1: ECN may be why the first SYN was lost.
TEST_F(Ecn, SynThatComesAgainDoesWithout) {
  Config config = TransparentConfig();
  harness_.emplace(config);
  dialogue_.emplace(*harness_);
  TcpFrame syn = dialogue_->Syn();
  syn.flags |= kE | kC;
  Answer(syn);
  TcpFrame ack = dialogue_->FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue_->tsval_p;
  EXPECT_EQ(harness_->Feed(Side::kOutside, ack), Verdict::Consumed());
  EXPECT_EQ(harness_->TakeOne(Side::kInside).flags, kS | kE | kC);
  harness_->Advance(Milliseconds(1000));
  EXPECT_EQ(harness_->TakeOne(Side::kInside).flags, kS);
}

TEST_F(Ecn, ConfiguredOffAsksNobody) {
  Config config = TransparentConfig();
  config.services[0].promise.ecn = false;
  harness_.emplace(config);
  dialogue_.emplace(*harness_);
  TcpFrame syn = dialogue_->Syn();
  syn.flags |= kE | kC;
  EXPECT_EQ(Answer(syn).flags, kS | kA);
  TcpFrame ack = dialogue_->FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue_->tsval_p;
  EXPECT_EQ(harness_->Feed(Side::kOutside, ack), Verdict::Consumed());
  EXPECT_EQ(harness_->TakeOne(Side::kInside).flags, kS);
}

}  // namespace
}  // namespace synsplice::test
