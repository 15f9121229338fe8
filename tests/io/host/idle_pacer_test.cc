#include "io/host/idle_pacer.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using std::chrono::microseconds;

class IdlePacerTest : public testing::Test {
 protected:
  bool RestsAfter(size_t work, microseconds at) {
    return pacer_.MayRest(work, [&] { return IdlePacer::TimePoint(at); });
  }

  IdlePacer pacer_;
};

TEST_F(IdlePacerTest, RestsOnceNothingCameForAMillisecond) {
  EXPECT_FALSE(RestsAfter(0, microseconds(7000)));
  EXPECT_FALSE(RestsAfter(0, microseconds(7999)));
  EXPECT_TRUE(RestsAfter(0, microseconds(8000)));
  EXPECT_TRUE(RestsAfter(0, microseconds(8001)));
}

TEST_F(IdlePacerTest, OneFrameKeepsItAwakeForAnotherMillisecond) {
  EXPECT_FALSE(RestsAfter(0, microseconds(0)));
  EXPECT_TRUE(RestsAfter(0, microseconds(5000)));
  EXPECT_FALSE(RestsAfter(1, microseconds(5010)));
  EXPECT_FALSE(RestsAfter(0, microseconds(5020)));
  EXPECT_FALSE(RestsAfter(0, microseconds(6019)));
  EXPECT_TRUE(RestsAfter(0, microseconds(6020)));
}

TEST_F(IdlePacerTest, NeverAsksForTheTimeWhileThereIsWork) {
  const auto never = []() -> IdlePacer::TimePoint { throw std::logic_error("asked"); };
  EXPECT_FALSE(pacer_.MayRest(32, never));
}

}  // namespace
}  // namespace synsplice
