// Rule 18: what is acceptable, and what moves the tracked numbers.
#include "splice/tracking.h"

#include <gtest/gtest.h>

namespace synsplice::test {
namespace {

constexpr uint32_t kWindow = 1u << 16;

class Tracking : public ::testing::TestWithParam<uint32_t> {
 protected:
  Tracking() {
    flow_.set_phase(Phase::kEstablished);
    flow_.client_end = flow_.server_ack = At(0);
    flow_.server_end = flow_.client_ack = At(0);
    flow_.client_window_log2 = flow_.server_window_log2 = 16;
    flow_.isn_p = 1;
  }
  // Positions around a base that is near the wrap.
  Seq At(int32_t offset) const { return Seq{GetParam() + static_cast<uint32_t>(offset)}; }
  TrackedSegment Segment(Side from, int32_t seq, uint32_t length, int32_t ack) const {
    return {from, At(seq), length, true, At(ack), false, 1000};
  }
  bool Acceptable(Side from, int32_t seq, int32_t ack) const {
    return IsAcceptable(flow_, Segment(from, seq, 0, ack));
  }

  Flow flow_{};
};

INSTANTIATE_TEST_SUITE_P(Bases, Tracking,
                         ::testing::Values(0u, 0xffffffffu, 0xfffffff0u, 0x7fffffffu, 0x80000000u));

TEST_P(Tracking, SeqWithinOneWindowOfTheReceiversAck) {
  for (const Side side : {Side::kOutside, Side::kInside}) {
    EXPECT_TRUE(Acceptable(side, 0, 0));
    EXPECT_TRUE(Acceptable(side, kWindow, 0));
    EXPECT_FALSE(Acceptable(side, kWindow + 1, 0));
    EXPECT_TRUE(Acceptable(side, -static_cast<int32_t>(kWindow), 0));
    EXPECT_FALSE(Acceptable(side, -static_cast<int32_t>(kWindow) - 1, 0));
    EXPECT_FALSE(Acceptable(side, INT32_MIN, 0));
  }
}

// A window above the least one.
TEST_P(Tracking, LargeWindows) {
  constexpr int32_t kLarge = 1 << 20;
  flow_.client_window_log2 = 20;
  EXPECT_TRUE(Acceptable(Side::kInside, kLarge, 0));
  EXPECT_FALSE(Acceptable(Side::kInside, kLarge + 1, 0));
  EXPECT_FALSE(Acceptable(Side::kOutside, kWindow + 1, 0)) << "the server's is small";
  // The client may still acknowledge what it has received within two of its windows.
  flow_.client_ack = At(-2 * kLarge);
  EXPECT_TRUE(Acceptable(Side::kOutside, 0, 0));
  flow_.client_ack = At(-2 * kLarge - 1);
  EXPECT_FALSE(Acceptable(Side::kOutside, 0, 0));
}

TEST_P(Tracking, AckNotBeyondTheSendersEnd) {
  flow_.server_end = At(100);
  EXPECT_TRUE(Acceptable(Side::kOutside, 0, 100));
  EXPECT_FALSE(Acceptable(Side::kOutside, 0, 101));
  EXPECT_TRUE(Acceptable(Side::kInside, 0, 0));
  EXPECT_FALSE(Acceptable(Side::kInside, 0, 1));
  EXPECT_FALSE(Acceptable(Side::kOutside, 0, INT32_MIN));
}

// Rule 39: part of what its client had said went by before.
TEST_P(Tracking, AckBeyondTheEndOfANotedClient) {
  flow_.isn_p = 0;
  EXPECT_TRUE(Acceptable(Side::kInside, 0, 1));
  EXPECT_FALSE(Acceptable(Side::kOutside, 0, 1)) << "of a server all is seen";
}

TEST_P(Tracking, ResetsAtTheAckOrTheEndClose) {
  flow_.client_end = At(50);
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(0)), ResetJudgement::kEnds);
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(50)), ResetJudgement::kEndsAtSender);
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(49)), ResetJudgement::kForward);
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(kWindow + 1)), ResetJudgement::kOutside);
  EXPECT_EQ(JudgeReset(flow_, Side::kInside, At(1)), ResetJudgement::kForward);
  flow_.server_fin = 1;
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(49)), ResetJudgement::kForward);
  EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(kWindow + 1)), ResetJudgement::kOutside);
}

// RFC 9293 3.10.7.4: RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND.
TEST_P(Tracking, ResetsBeforeTheReceiversAckAreOutside) {
  flow_.client_end = At(50);
  for (const uint8_t fin : {0, 1}) {
    flow_.server_fin = fin;
    EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(-1)), ResetJudgement::kOutside);
    EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(INT32_MIN)), ResetJudgement::kOutside);
    EXPECT_EQ(JudgeReset(flow_, Side::kOutside, At(kWindow)), ResetJudgement::kOutside);
    EXPECT_NE(JudgeReset(flow_, Side::kOutside, At(kWindow - 1)), ResetJudgement::kOutside);
  }
}

TEST(WindowLog2, RoundsUp) {
  EXPECT_EQ(WindowLog2(0), 0);
  EXPECT_EQ(WindowLog2(1), 0);
  EXPECT_EQ(WindowLog2(2), 1);
  EXPECT_EQ(WindowLog2(3), 2);
  EXPECT_EQ(WindowLog2(65536), 16);
  EXPECT_EQ(WindowLog2(65537), 17);
  EXPECT_EQ(WindowLog2(65535u << 14), 30);
}

}  // namespace
}  // namespace synsplice::test
