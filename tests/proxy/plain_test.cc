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
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kA).Build()), kSegment);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kP | kA).Build()), kSegment);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kF | kA).Build()), kGeneral);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kS | kA).Build()), kGeneral);
  EXPECT_EQ(KindOf(Side::kOutside, Frame(kR).Build()), kGeneral);
}

TEST_P(PlainTest, KindsFromInside) {
  EXPECT_EQ(KindOf(Side::kInside, Frame(kS, false).Build()), kGeneral);
  EXPECT_EQ(KindOf(Side::kInside, Frame(kA, false).Build()), kSegment);
  EXPECT_EQ(KindOf(Side::kInside, Frame(kA).Build()), kGeneral) << "not from a backend";
}

TEST_P(PlainTest, OthersServicesAreGeneral) {
  TcpFrame frame = Frame(kA);
  frame.destination.port = 81;
  EXPECT_EQ(KindOf(Side::kOutside, frame.Build()), kGeneral);
  frame = Frame(kA);
  frame.tags = {1};
  EXPECT_EQ(KindOf(Side::kOutside, frame.Build()), kGeneral);
  Bytes udp = Frame(kA).Build();
  udp[GetParam() ? 20 : 23] = 17;
  EXPECT_EQ(KindOf(Side::kOutside, udp), kGeneral);
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
