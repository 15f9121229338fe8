// Rule 30: how a segment is refused.
#include "answer/answer.h"

#include "io/memory/state_memory.h"
#include "support/dialogue.h"
#include "support/example_frames.h"

namespace synsplice::test {
namespace {

class Answer : public ::testing::TestWithParam<std::tuple<bool, size_t>> {
 protected:
  TcpFrame Segment(uint8_t flags) const {
    TcpFrame frame = ExampleFrame(std::get<0>(GetParam()), std::get<1>(GetParam()));
    frame.flags = flags;
    return frame;
  }
  // What comes back for `frame`.
  std::optional<TcpFrame> Reset(const TcpFrame& frame) {
    memory_ = frame.Build();
    const auto length = static_cast<uint32_t>(memory_.size());
    memory_.resize(length + 128);
    FrameBuffer buffer{memory_.data(), length, length + 128};
    Subject subject;
    subject.packet = ParseFrame(buffer);
    verdict_ = BounceReset(context_, subject, Reason::kCookieWrong);
    return ReadTcpFrame(buffer.bytes());
  }
  static TcpFrame Back(const TcpFrame& frame) {
    TcpFrame back = frame;
    std::swap(back.source, back.destination);
    std::swap(back.source_mac, back.destination_mac);
    back.window = 0;
    back.seq = back.ack = 0;
    back.options = {};
    back.payload.clear();
    back.flags = kR;
    return back;
  }

  Policy policy_{TransparentConfig()};
  StateMemory state_{policy_.config()};
  Shared shared_{state_.state(), {}, kOutsideMac, kInsideMac};
  Context context_{policy_, shared_, {}, kStart, 0};
  Bytes memory_;
  Verdict verdict_;
};

INSTANTIATE_TEST_SUITE_P(All, Answer,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(0u, 1u, 2u)));

TEST_P(Answer, WithAckTheResetTakesItsNumber) {
  const TcpFrame frame = Segment(kP | kA);
  TcpFrame expected = Back(frame);
  expected.seq = frame.ack;
  EXPECT_EQ(Reset(frame), expected);
  EXPECT_EQ(verdict_, Verdict::Refuse(Reason::kCookieWrong));
}

// RST|ACK, seq 0, ack = seq + SYN + FIN + payload.
TEST_P(Answer, WithoutAckItAcknowledgesEverything) {
  for (const int flags : {+kS, +kF, +kP}) {
    const TcpFrame frame = Segment(static_cast<uint8_t>(flags));
    TcpFrame expected = Back(frame);
    expected.flags = kR | kA;
    expected.ack = frame.seq + static_cast<uint32_t>(frame.payload.size()) + (flags != kP);
    EXPECT_EQ(Reset(frame), expected);
  }
}

TEST_P(Answer, ResetIsNeverAnsweredWithAReset) {
  const TcpFrame frame = Segment(kR | kA);
  EXPECT_EQ(Reset(frame), frame);
  EXPECT_EQ(verdict_, Verdict::Drop(Reason::kCookieWrong));
}

}  // namespace
}  // namespace synsplice::test
