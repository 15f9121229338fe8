// Rule 46: RSTs and SYN-ACKs of nobody, which of them have the short way.
#include "answer/plain_stray.h"

#include "support/plain_fixture.h"

namespace synsplice::test {
namespace {

class PlainStray : public PlainFixture {
 protected:
  explicit PlainStray(Config config = TransparentConfig()) : PlainFixture(std::move(config)) {}

  // How it fares; kNone: the general path's.
  Reason Judge(const Bytes& frame) {
    Take(Side::kOutside, {frame});
    if (burst_.IsGeneral(0) || JudgePlain(*context_, burst_, 0) == 0) return Reason::kNone;
    EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::kDrop);
    return verdicts_[0].reason;
  }
  Reason Judge(const TcpFrame& frame) { return Judge(frame.Build()); }
  uint64_t Get(ServiceEvent event) const { return context_->service_counters[0].Get(event); }
};

INSTANTIATE_TEST_SUITE_P(Family, PlainStray, ::testing::Bool());

TEST_P(PlainStray, AreDroppedAndCounted) {
  for (const uint8_t flags : {kR, static_cast<uint8_t>(kR | kA), static_cast<uint8_t>(kR | kF)}) {
    EXPECT_EQ(Judge(Frame(flags)), Reason::kRstWithoutFlow);
  }
  EXPECT_EQ(Judge(Frame(kS | kA)), Reason::kSynAckWithoutFlow);
  EXPECT_EQ(Get(ServiceEvent::kStrayRsts), 3u);
  EXPECT_EQ(Get(ServiceEvent::kStraySynAcks), 1u);
  EXPECT_EQ(context_->counters.Get(Reason::kRstWithoutFlow), 3u);
  EXPECT_EQ(context_->counters.Get(Reason::kSynAckWithoutFlow), 1u);
  EXPECT_EQ(context_->counters.Get(Event::kDropped), 4u);
}

TEST_P(PlainStray, WithTheOptionsOfServers) {
  TcpFrame answer = Frame(kS | kA);
  answer.options = {1460, 7, true, std::pair(1u, 2u), {}};
  EXPECT_EQ(Judge(answer), Reason::kSynAckWithoutFlow);
  answer.options = {};
  answer.raw_options = Bytes(20, 1);
  answer.raw_options[2] = 19, answer.raw_options[3] = 18;
  EXPECT_EQ(Judge(answer), Reason::kNone) << "signed";
}

TEST_P(PlainStray, ABurstOfBoth) {
  const Bytes reset = Frame(kR).Build(), answer = Frame(kS | kA).Build();
  TcpFrame of_flow = Frame(kR);
  of_flow.source.port = 7;
  AddFlow(of_flow, Phase::kEstablished);
  Take(Side::kOutside, {reset, answer, reset, of_flow.Build(), reset});
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 3u);
  EXPECT_EQ(JudgePlain(*context_, burst_, 4), 5u);
  EXPECT_EQ(Get(ServiceEvent::kStrayRsts), 3u);
  EXPECT_EQ(Get(ServiceEvent::kStraySynAcks), 1u);
}

TEST_P(PlainStray, WhatAFlowMayHoldIsLeft) {
  AddFlow(Frame(kR), Phase::kEstablished);
  EXPECT_EQ(Judge(Frame(kR)), Reason::kNone);
  EXPECT_EQ(Judge(Frame(kS | kA)), Reason::kNone);
}

TEST_P(PlainStray, WhoMayBeOnAListIsLeft) {
  ListTable lists;
  const Address client = Frame(kR).source.address;
  const std::vector<Prefix> prefixes = {{client, static_cast<uint8_t>(client.IsV4() ? 32 : 128)}};
  lists.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, prefixes}});
  context_->lists = &lists;
  EXPECT_EQ(Judge(Frame(kR)), Reason::kNone);
}

TEST_P(PlainStray, DamageAndImpossibleOriginsAreLeft) {
  Bytes damaged = Frame(kR).Build();
  damaged[TcpOffset(Frame(kR)) + 5] ^= 1;
  EXPECT_EQ(Judge(damaged), Reason::kNone);
  TcpFrame frame = Frame(kR);
  frame.source_mac.bytes[0] |= 1;
  EXPECT_EQ(Judge(frame), Reason::kNone);
  frame = Frame(kR);
  frame.source.address = frame.destination.address;
  EXPECT_EQ(Judge(frame), Reason::kNone);
  frame.source.address = *ParseAddress(GetParam() ? "::1" : "127.0.0.1");
  EXPECT_EQ(Judge(frame), Reason::kNone);
  frame = Frame(kR);
  frame.payload = "why";
  EXPECT_EQ(Judge(frame), Reason::kNone);
}

TEST_P(PlainStray, OtherFlagsAreNone) {
  for (const uint8_t flags :
       {static_cast<uint8_t>(kS | kR), static_cast<uint8_t>(kS | kA | kF), kF}) {
    EXPECT_EQ(Judge(Frame(flags)), Reason::kNone) << int{flags};
  }
}

class PlainStrayUnchallenged : public PlainStray {
 protected:
  static Config Off() {
    Config config = TransparentConfig();
    config.services[0].mode = Mode::kOff;
    return config;
  }
  PlainStrayUnchallenged() : PlainStray(Off()) {}
};

INSTANTIATE_TEST_SUITE_P(Family, PlainStrayUnchallenged, ::testing::Bool());

TEST_P(PlainStrayUnchallenged, MayBeOfAConnectionThatIsNotKnown) {
  EXPECT_EQ(Judge(Frame(kR)), Reason::kNone);
  EXPECT_EQ(Judge(Frame(kS | kA)), Reason::kNone);
}

}  // namespace
}  // namespace synsplice::test
