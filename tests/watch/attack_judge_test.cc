#include "watch/attack_judge.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Seconds kHold{3};

class AttackJudgeTest : public testing::Test {
 protected:
  // So many of each in one look; answers whether it is an attack behind it.
  bool Pass(int64_t syns, int64_t completed, int64_t bytes = 0) {
    now_ += AttackJudge::kLook;
    sums_.syns += syns, sums_.completed += completed, sums_.bytes += bytes;
    return judge_.Look(config_, now_, sums_, risk_percent_);
  }
  // The same in each look for so long.
  bool PassFor(Milliseconds duration, int64_t syns, int64_t completed, int64_t bytes = 0) {
    bool attack = false;
    for (auto looks = duration / AttackJudge::kLook; looks > 0; --looks) {
      attack = Pass(syns, completed, bytes);
    }
    return attack;
  }

  AdaptiveConfig config_;
  int64_t risk_percent_ = 0;
  Time now_ = FromMilliseconds(1'700'000'000'000);
  AttackJudge::Sums sums_{1'000'000, 900'000, 77};  // of before
  AttackJudge judge_{now_, sums_};
};

TEST_F(AttackJudgeTest, WithoutThresholdsNothingBegins) {
  EXPECT_FALSE(PassFor(Seconds(10), 1'000'000, 0, 1'000'000'000));
}

TEST_F(AttackJudgeTest, SynsPerSecond) {
  config_.syns_per_second = Threshold{1000, 500, kHold};
  EXPECT_FALSE(PassFor(Seconds(10), 99, 99));
  EXPECT_TRUE(Pass(109, 109)) << "at once: 1000 in the last second";
  EXPECT_TRUE(PassFor(Seconds(20), 50, 50)) << "not below its end";
  EXPECT_TRUE(PassFor(kHold - AttackJudge::kLook, 49, 49));
  EXPECT_FALSE(Pass(49, 49));
}

TEST_F(AttackJudgeTest, ABurstIsEnough) {
  config_.syns_per_second = Threshold{1000, 500, kHold};
  EXPECT_FALSE(Pass(0, 0));
  EXPECT_TRUE(Pass(1000, 0));
}

TEST_F(AttackJudgeTest, TheHoldBeginsAgain) {
  config_.syns_per_second = Threshold{1000, 500, kHold};
  PassFor(Seconds(2), 100, 100);
  PassFor(Seconds(2), 0, 0);
  EXPECT_TRUE(PassFor(Seconds(1), 60, 60));
  EXPECT_TRUE(PassFor(kHold, 0, 0));
  EXPECT_FALSE(PassFor(Seconds(1), 0, 0));
}

TEST_F(AttackJudgeTest, WithoutHoldItEndsBelowItsEnd) {
  config_.syns_per_second = Threshold{1000, 500, Seconds(0)};
  EXPECT_TRUE(PassFor(Seconds(2), 100, 100));
  EXPECT_FALSE(PassFor(Seconds(1), 40, 40));
}

TEST_F(AttackJudgeTest, ALateLookTakesNoLongerTimeForASecond) {
  config_.syns_per_second = Threshold{1000, 500, kHold};
  Pass(0, 0);
  now_ += Seconds(5);
  EXPECT_FALSE(Pass(2000, 2000)) << "400 in each second";
}

TEST_F(AttackJudgeTest, HandshakesInFlight) {
  config_.in_flight = Threshold{400, 100, kHold};
  EXPECT_FALSE(PassFor(Seconds(10), 1000, 1000));
  EXPECT_FALSE(PassFor(Seconds(10), 1009, 1000)) << "360 in four seconds";
  EXPECT_TRUE(PassFor(Seconds(4), 1010, 1000));
  EXPECT_FALSE(PassFor(Seconds(4) + kHold, 1000, 1000));
}

TEST_F(AttackJudgeTest, ShareOfSynsThatNeverComplete) {
  config_.incomplete_percent = Threshold{25, 12, kHold};
  EXPECT_FALSE(PassFor(Seconds(10), 2, 0)) << "too few to prove something";
  PassFor(Seconds(4), 0, 0);
  EXPECT_FALSE(PassFor(Seconds(10), 100, 76));
  EXPECT_TRUE(PassFor(Seconds(4), 100, 75));
  EXPECT_TRUE(PassFor(Seconds(10), 100, 88));
  EXPECT_FALSE(PassFor(Seconds(4) + kHold, 100, 89));
}

// Connections of SYNs from before the window.
TEST_F(AttackJudgeTest, MoreConnectionsThanSyns) {
  config_.in_flight = Threshold{1, 1, kHold};
  config_.incomplete_percent = Threshold{1, 1, kHold};
  EXPECT_FALSE(PassFor(Seconds(10), 1, 5));
}

TEST_F(AttackJudgeTest, BytesPerSecond) {
  config_.bytes_per_second = Threshold{625'000'000, 300'000'000, kHold};
  EXPECT_FALSE(PassFor(Seconds(10), 1, 1, 62'000'000));
  EXPECT_TRUE(PassFor(Seconds(1), 1, 1, 63'000'000));
  EXPECT_FALSE(PassFor(Seconds(2) + kHold, 1, 1, 0));
}

TEST_F(AttackJudgeTest, WhatTheDetectorSays) {
  config_.risk_percent = Threshold{300, 150, kHold};
  risk_percent_ = 299;
  EXPECT_FALSE(PassFor(Seconds(2), 1'000'000, 0));
  risk_percent_ = 300;
  EXPECT_TRUE(Pass(0, 0));
  risk_percent_ = 150;
  EXPECT_TRUE(PassFor(Seconds(20), 0, 0)) << "not below its end";
  risk_percent_ = 149;
  EXPECT_TRUE(PassFor(kHold - AttackJudge::kLook, 0, 0));
  EXPECT_FALSE(Pass(0, 0));
}

TEST_F(AttackJudgeTest, OneThresholdIsEnoughAndEachEndsForItself) {
  config_.syns_per_second = Threshold{1000, 500, kHold};
  config_.bytes_per_second = Threshold{1000, 500, kHold};
  EXPECT_TRUE(PassFor(Seconds(1), 100, 100, 0));
  EXPECT_TRUE(PassFor(Seconds(10), 0, 0, 100));
  EXPECT_FALSE(PassFor(Seconds(5), 0, 0, 0));
}

}  // namespace
}  // namespace synsplice
