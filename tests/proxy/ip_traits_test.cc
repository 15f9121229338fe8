// Flow label, traffic class and hop limit of what we say in another's name (RFC 6437, RFC 5082).
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr uint8_t kClass = 0xb8, kCongested = 0x03;
constexpr uint32_t kClientLabel = 0x12345, kServerLabel = 0xabcde;

class Traits : public DialogueTest, public ::testing::WithParamInterface<bool> {
 protected:
  static DialogueSetup OfFamily() {
    DialogueSetup setup;
    setup.v6 = GetParam();
    return setup;
  }
  static TcpFrame Marked(TcpFrame frame, uint32_t label, uint8_t hop_limit) {
    frame.traffic_class = kClass | kCongested;
    frame.hop_limit = hop_limit;
    if (frame.v6()) frame.flow_label = label;
    return frame;
  }
  // `frame` looks like what Marked made, but for congestion.
  static void Expect(const TcpFrame& frame, uint32_t label, uint8_t hop_limit) {
    EXPECT_EQ(frame.traffic_class, kClass);
    EXPECT_EQ(frame.hop_limit, hop_limit);
    EXPECT_EQ(frame.flow_label, frame.v6() ? label : 0);
  }
  TcpFrame Ack() {
    TcpFrame ack = dialogue_.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue_.tsval_p;
    return Marked(ack, kClientLabel, 255);
  }
  void Validate() {
    dialogue_.Open();
    EXPECT_EQ(harness_.Feed(Side::kOutside, Ack()), Verdict::Consumed());
    Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
  }
  void Splice() {
    Validate();
    const TcpFrame syn_ack = Marked(dialogue_.ServerSynAck(), kServerLabel, 254);
    EXPECT_EQ(harness_.Feed(Side::kInside, syn_ack), Verdict::Forward());
    Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
    Expect(harness_.TakeOne(Side::kOutside), kServerLabel, 254);
  }
  TcpFrame Bare(TcpFrame frame) {
    frame.options = {};
    return frame;
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_, OfFamily()};
};

INSTANTIATE_TEST_SUITE_P(Families, Traits, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "v6" : "v4"; });

TEST_P(Traits, SynAndItsRepeatsAreTheClients) {
  Validate();
  harness_.Advance(Seconds(1));
  Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
}

TEST_P(Traits, AckAndWindowUpdateAreOfThoseWhoCausedThem) { Splice(); }

TEST_P(Traits, LaterAnswersInTheClientsNameAreTheClients) {
  Splice();
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()), Verdict::Bounce());
  Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
  const TcpFrame ahead = Marked(dialogue_.FromClient(kP | kA, 1001, 1, "!"), kClientLabel, 255);
  EXPECT_EQ(harness_.Feed(Side::kOutside, ahead), Verdict::Forward());
  harness_.Take(Side::kInside);
  const TcpFrame reset = Marked(Bare(dialogue_.FromClient(kR, 1002, 0)), kClientLabel, 255);
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
  Expect(harness_.TakeTcp(Side::kInside, 2).back(), kClientLabel, 255);
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(kA, 1, 1)),
            Verdict::Refuse(Reason::kClientReset));
  Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
}

TEST_P(Traits, RefusedConnectionsAreResetInTheClientsName) {
  Validate();
  TcpFrame reset = Bare(dialogue_.FromServer(kR | kA, 0, 1));
  EXPECT_EQ(harness_.Feed(Side::kInside, reset), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).hop_limit, 255) << "the client takes nothing else";
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.ServerSynAck()),
            Verdict::Refuse(Reason::kRefusedFlow));
  Expect(harness_.TakeOne(Side::kInside), kClientLabel, 255);
}

// One label for the flow, and what only a neighbour sends for who may take nothing else.
TEST_P(Traits, SynAck) {
  std::vector<TcpFrame> answers;
  for (const uint8_t hop_limit : {255, 255, 254, 1}) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, Marked(dialogue_.Syn(), kClientLabel, hop_limit)),
              Verdict::Bounce());
    const TcpFrame& answer = answers.emplace_back(harness_.TakeOne(Side::kOutside));
    EXPECT_EQ(answer.hop_limit, hop_limit == 255 ? 255 : 64);
    EXPECT_EQ(answer.traffic_class, 0);
    EXPECT_EQ(answer.flow_label, answers.front().flow_label);
    EXPECT_EQ(answer.flow_label != 0, answer.v6());
  }
}

}  // namespace
}  // namespace synsplice::test
