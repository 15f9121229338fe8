// Rules 7, 32: ACKs of nobody, which of them have the short way.
#include "answer/plain_ack.h"

#include "support/plain_fixture.h"

namespace synsplice::test {
namespace {

class PlainAck : public PlainFixture {
 protected:
  explicit PlainAck(Config config = TransparentConfig()) : PlainFixture(std::move(config)) {}

  // How a bare ACK fares; kNone: the general path's.
  Reason Judge(const TcpFrame& ack) {
    Take(Side::kOutside, {ack.Build()});
    if (burst_.IsGeneral(0) || JudgePlain(*context_, burst_, 0) == 0) return Reason::kNone;
    return verdicts_[0].reason;
  }
  // All that may be probes were looked for.
  void UseUpProbes() {
    while (context_->probe_macs.Take(context_->now)) continue;
  }
  TcpFrame AckOf(const Cookie& cookie) const {
    TcpFrame ack = Frame(kA);
    ack.ack = cookie.isn + 1;
    return ack;
  }
  Cookie Bake() const {
    const TcpFrame ack = Frame(kA);
    const CookieTuple tuple{ack.source.address, ack.source.port, id(), 0, ack.seq - 1};
    return context_->jar.Bake(context_->now, tuple, {1460, 7, true, false, false});
  }
  void LetACookieLifePass() {
    context_->now += policy_.cookie_life();
    context_->second = ToSecond(context_->now);
    context_->jar.Advance(context_->now);
  }
};

INSTANTIATE_TEST_SUITE_P(Family, PlainAck, ::testing::Bool());

TEST_P(PlainAck, WrongCookieIsAnsweredWithinTheBudget) {
  UseUpProbes();
  EXPECT_EQ(Judge(Frame(kA)), Reason::kCookieWrong);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::kBounce);
  const auto reset = ReadTcpFrame(Result(0));
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->flags, kR);
  EXPECT_EQ(reset->seq, Frame(kA).ack);
  EXPECT_EQ(reset->flow_label, GetParam() ? context_->FlowLabelOf(HashOf(Frame(kA))) : 0u);
  while (context_->wrong_cookie_resets.Take(PrefixOf(Frame(kA).source.address), context_->now)) {
  }
  EXPECT_EQ(Judge(Frame(kA)), Reason::kCookieWrong);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::kDrop);
  EXPECT_EQ(context_->counters.Get(Reason::kCookieWrong), 2u);
  EXPECT_EQ(context_->counters.Get(Event::kDropped), 1u);
}

TEST_P(PlainAck, DamagedAcksAreNotAnswered) {
  UseUpProbes();
  const Bytes good = Frame(kA).Build();
  const size_t checksum = TcpOffset(Frame(kA)) + kTcpChecksumOffset;
  for (const size_t at : {checksum, size_t{GetParam() ? 0u : IpOffset(Frame(kA)) + 8}}) {
    if (at == 0) continue;  // IPv6 headers have no checksum
    Bytes damaged = good;
    damaged[at] ^= 1;
    Take(Side::kOutside, {damaged});
    ASSERT_EQ(JudgePlain(*context_, burst_, 0), 1u);
    EXPECT_EQ(verdicts_[0], Verdict::Drop(Reason::kCookieWrong)) << at;
  }
  EXPECT_EQ(context_->counters.Get(Event::kResetsSent), 0u);
}

// Rule 46. It is no probe, and after a lost handshake it gets no RST (rule 6).
TEST_P(PlainAck, FinsAreCounted) {
  EXPECT_EQ(Judge(Frame(kF | kA)), Reason::kCookieWrong);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::kBounce);
  TcpFrame late = Frame(kF | kA);
  late.options.timestamps = {7, static_cast<uint32_t>(ToMilliseconds(context_->now))};
  EXPECT_EQ(Judge(late), Reason::kCookieWrong);
  EXPECT_EQ(verdicts_[0].kind, Verdict::Kind::kDrop);
  EXPECT_EQ(context_->service_counters[0].Get(ServiceEvent::kStrayFins), 2u);
  EXPECT_EQ(context_->service_counters[0].Get(ServiceEvent::kCookiesWrong), 2u);
}

TEST_P(PlainAck, ADamagedFinIsLeft) {
  Bytes damaged = Frame(kF | kA).Build();
  damaged[TcpOffset(Frame(kA)) + 5] ^= 1;
  Take(Side::kOutside, {damaged});
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 0u);
}

TEST_P(PlainAck, WhatMayBeAProbeIsLeft) { EXPECT_EQ(Judge(Frame(kA)), Reason::kNone); }

TEST_P(PlainAck, ValidCookieIsLeft) {
  UseUpProbes();
  const Cookie cookie = Bake();
  EXPECT_EQ(Judge(AckOf(cookie)), Reason::kNone);
  EXPECT_EQ(Judge(AckOf({cookie.isn + 1, 0})), Reason::kCookieWrong);
}

TEST_P(PlainAck, WithoutACookieEverNoMacIsComputed) {
  LetACookieLifePass();
  EXPECT_EQ(Judge(Frame(kA)), Reason::kCookieNeverSent);
  EXPECT_EQ(context_->segments.claims.count, 0u);
}

// Nor is the verdict of an earlier burst taken for its own.
TEST_P(PlainAck, WithoutACookieBehindOneThatHadAClaim) {
  UseUpProbes();
  EXPECT_EQ(Judge(Frame(kA)), Reason::kCookieWrong);
  LetACookieLifePass();
  EXPECT_EQ(Judge(Frame(kA)), Reason::kCookieNeverSent);
}

// A SYN of the same burst may have been answered before the ACK's turn comes.
TEST_P(PlainAck, CookieOfThisBurstIsLeft) {
  LetACookieLifePass();
  TcpFrame syn = Frame(kS);
  syn.source.port = 40001;
  Take(Side::kOutside, {syn.Build(), Frame(kA).Build()});
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 1u);
}

// Then it is a wrong ACK of a connection, which gets no RST (rule 8).
TEST_P(PlainAck, OfAFlowThatThisBurstHasOpenedIsLeft) {
  UseUpProbes();
  const TcpFrame ack = Frame(kA);
  Take(Side::kOutside, {Frame(kF | kA).Build(), ack.Build()});
  AddFlow(ack, Phase::kWaiting);
  EXPECT_EQ(JudgePlain(*context_, burst_, 1), 1u);
  EXPECT_EQ(Result(1), ack.Build());
}

TEST_P(PlainAck, DataAndImpossibleSendersAreLeft) {
  UseUpProbes();
  TcpFrame ack = Frame(kA);
  ack.payload = "x";
  EXPECT_EQ(Judge(ack), Reason::kNone);
  ack = Frame(kA);
  ack.source.address = ack.destination.address;
  EXPECT_EQ(Judge(ack), Reason::kNone);
  for (Mac TcpFrame::*mac : {&TcpFrame::source_mac, &TcpFrame::destination_mac}) {
    ack = Frame(kA);
    ack.*mac = *ParseMac("03:00:00:00:00:01");
    EXPECT_EQ(Judge(ack), Reason::kNone);
  }
}

// The second service speaks, the others don't.
class PlainAckOfThree : public PlainAck {
 protected:
  static Config ThreeServices() {
    using WrongCookie = ServiceConfig::WrongCookie;
    Config config = TransparentConfig();
    config.services.resize(3, config.services[0]);
    for (uint16_t i = 0; i < 3; ++i) {
      ServiceConfig& service = config.services[i];
      service.name += std::to_string(i);
      for (Endpoint& endpoint : service.listen) endpoint.port += i;
      service.wrong_cookie = i == 1 ? WrongCookie::kReset : WrongCookie::kDrop;
    }
    return config;
  }
  PlainAckOfThree() : PlainAck(ThreeServices()) {}
};

INSTANTIATE_TEST_SUITE_P(Family, PlainAckOfThree, ::testing::Bool());

TEST_P(PlainAckOfThree, EachListenerIsAsSilentAsItsService) {
  UseUpProbes();
  std::vector<Bytes> frames;
  for (const uint16_t service : {0, 1, 0, 2, 2, 0}) {
    TcpFrame ack = Frame(kA);
    ack.destination.port += service;
    frames.push_back(ack.Build());
  }
  Take(Side::kOutside, frames);
  ASSERT_EQ(JudgePlain(*context_, burst_, 0), frames.size());
  EXPECT_EQ(verdicts_[1].kind, Verdict::Kind::kBounce);
  for (const size_t i : {0, 2, 3, 4, 5}) EXPECT_EQ(verdicts_[i].kind, Verdict::Kind::kDrop) << i;
  EXPECT_EQ(context_->counters.Get(Event::kDropped), 5u);
  EXPECT_EQ(context_->counters.Get(Event::kBounced), 1u);
}

// Several lanes, some of them right.
TEST_P(PlainAck, ClaimsOfABurstAreJudgedOneByOne) {
  UseUpProbes();
  const Cookie cookie = Bake();
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < 20; ++i)
    frames.push_back(AckOf({cookie.isn + (i == 13 ? 0 : i + 1), 0}).Build());
  Take(Side::kOutside, frames);
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 13u);
  EXPECT_EQ(JudgePlain(*context_, burst_, 14), 20u);
}

}  // namespace
}  // namespace synsplice::test
