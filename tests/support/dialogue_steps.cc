#include "support/dialogue.h"

namespace synsplice::test {

void Dialogue::Open() {
  EXPECT_EQ(harness.Feed(Side::kOutside, Syn()), Verdict::Bounce());
  const TcpFrame answer = harness.TakeOne(Side::kOutside);
  isn_p = answer.seq;
  if (answer.options.timestamps) tsval_p = answer.options.timestamps->first;
  EXPECT_EQ(answer, CookieSynAck());
  EXPECT_TRUE(harness.IsQuiet());
}

void Dialogue::Validate(const std::string& payload) {
  TcpFrame ack = FromClient(payload.empty() ? kA : kP | kA, 1, 1, payload);
  // Nothing but the SYN-ACK was seen yet.
  if (ack.options.timestamps) ack.options.timestamps->second = tsval_p;
  const Verdict verdict = harness.Feed(Side::kOutside, ack);
  EXPECT_EQ(verdict.kind, payload.empty() ? Verdict::Kind::kConsumed : Verdict::Kind::kHold);
  EXPECT_EQ(harness.TakeOne(Side::kInside), BackendSyn());
  EXPECT_TRUE(harness.IsQuiet());
}

void Dialogue::Answer() {
  EXPECT_EQ(harness.Feed(Side::kInside, ServerSynAck()), Verdict::Forward());
  auto to_server = harness.Take(Side::kInside);
  ASSERT_FALSE(to_server.empty());
  // The ACK leaves before what was held (rule 11); its window is the validating ACK's.
  EXPECT_EQ(ReadTcpFrame(to_server.front()), ToServer(kA, 1, 1));
  EXPECT_EQ(harness.TakeOne(Side::kOutside), WindowUpdate());
  EXPECT_EQ(phase(), Phase::kEstablished);
}

void Dialogue::ClientSays(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload) {
  EXPECT_EQ(harness.Feed(Side::kOutside, FromClient(flags, seq, ack, payload)), Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kInside), ToServer(flags, seq, ack, payload));
  EXPECT_TRUE(harness.IsQuiet());
}

void Dialogue::ServerSays(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload) {
  EXPECT_EQ(harness.Feed(Side::kInside, FromServer(flags, seq, ack, payload)), Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kOutside), ToClient(flags, seq, ack, payload));
  EXPECT_TRUE(harness.IsQuiet());
}

void Dialogue::CloseBoth() {
  ClientSays(kF | kA, 1, 1);
  ServerSays(kF | kA, 1, 2);
  ClientSays(kA, 2, 2);
  EXPECT_EQ(phase(), Phase::kTimeWait);
}

}  // namespace synsplice::test
