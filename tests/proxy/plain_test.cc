// What stays general, on either side.
#include "proxy/plain.h"

#include "support/plain_fixture.h"

namespace synsplice::test {
namespace {

class PlainTest : public PlainFixture {
 protected:
  PlainFrame::Kind KindOf(Side side, const Bytes& frame) {
    Take(side, {frame});
    return burst_.plain[0].kind;
  }
};

INSTANTIATE_TEST_SUITE_P(Family, PlainTest, ::testing::Bool());

using enum PlainFrame::Kind;

TEST_P(PlainTest, KindsFromOutside) {
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kS).Build()), kSyn);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kA).Build()), kStranger);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kP | kA).Build()), kStranger);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kF | kA).Build()), kStranger);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kS | kA).Build()), kStray);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kR).Build()), kStray);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kF).Build()), kGeneral);
}

TEST_P(PlainTest, KindsFromInside) {
  EXPECT_EQ(KindOf(Side::kInside, Frame(kS, false).Build()), kGeneral);
  EXPECT_EQ(KindOf(Side::kInside, Frame(kA, false).Build()), kSegment);
  EXPECT_EQ(KindOf(Side::kInside, Frame(kR, false).Build()), kGeneral);
  EXPECT_EQ(KindOf(Side::kInside, Frame(kA).Build()), kGeneral) << "not from a backend";
}

// A shape that is known is one of frames from outside.
TEST_P(PlainTest, KnownSynsFromInside) {
  const Bytes syn = Frame(kS).Build();
  EXPECT_EQ(KindOf(Side::kOutside, syn), kSyn);
  EXPECT_EQ(KindOf(Side::kInside, syn), kGeneral);
}

TEST_P(PlainTest, ClaimsAreFiledWhateverStandsBehindThem) {
  Take(Side::kOutside, {Frame(kA).Build(), Frame(kR).Build()});
  EXPECT_EQ(context_->segments.claims.count, 1u);
  Take(Side::kOutside, {Frame(kR).Build()});
  EXPECT_EQ(context_->segments.claims.count, 0u);
}

TEST_P(PlainTest, OthersServicesAreGeneral) {
  TcpFrame frame = Frame(kA);
  frame.destination.port = 81;
  EXPECT_EQ(KindOf(Side::kOutside, frame.Build()), kGeneral);
  frame = Frame(kA);
  frame.tags = {1};
  EXPECT_EQ(KindOf(Side::kOutside, frame.Build()), kGeneral);
}

TEST_P(PlainTest, UdpIsBridgedUnread) {
  Bytes udp = Frame(kA).Build();
  udp[GetParam() ? 20 : 23] = 17;
  for (const Side side : {Side::kOutside, Side::kInside}) {
    EXPECT_EQ(KindOf(side, udp), kDatagram);
    EXPECT_EQ(JudgePlain(*context_, burst_, 0), 1u);
    EXPECT_EQ(verdicts_[0], Verdict::Forward());
    EXPECT_EQ(Result(0), udp);
  }
  EXPECT_EQ(context_->counters.Get(Event::kBridged), 2u);
  EXPECT_EQ(context_->counters.Get(Event::kForwarded), 2u);
  udp.resize(40);
  EXPECT_EQ(KindOf(Side::kOutside, udp), kGeneral);
}

// Believed, it would name the flows and the listener of IPv4.
TEST_P(PlainTest, MappedAddressesOnTheWireAreGeneral) {
  if (!GetParam()) return;
  const Address mapped = *ParseAddress("198.18.0.10");
  for (const uint8_t flags : {kS, kA}) {
    for (const size_t at : {22, 38}) {
      Bytes frame = Frame(flags).Build();
      std::copy(mapped.bytes.begin(), mapped.bytes.end(), frame.begin() + static_cast<long>(at));
      frame[57] = 80;
      EXPECT_EQ(KindOf(Side::kOutside, frame), kGeneral) << at;
    }
  }
}

TEST_P(PlainTest, CutOffFramesAreGeneral) {
  const Bytes good = Frame(kA).Build();
  for (size_t length = 0; length < good.size(); ++length) {
    const Bytes cut(good.begin(), good.begin() + static_cast<long>(length));
    EXPECT_EQ(KindOf(Side::kOutside, cut), kGeneral) << length;
  }
}

}  // namespace
}  // namespace synsplice::test
