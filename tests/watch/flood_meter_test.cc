// Rule 7: where a flood begins and ends.
#include "watch/flood_meter.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

class FloodMeterTest : public ::testing::Test {
 protected:
  // `count` SYNs at this time; answers whether it is a flood then.
  bool Syns(int count, int64_t milliseconds) {
    const UtcSecond now = ToSecond(FromMilliseconds(kStart + milliseconds));
    for (int i = 0; i < count; ++i) meter_.CountSyns(now, 1);
    return meter_.IsFlooded(now);
  }

  static constexpr int64_t kStart = 1700000000000;
  FloodMeter meter_{10};
};

TEST_F(FloodMeterTest, BeginsAtTheLimit) {
  EXPECT_FALSE(Syns(0, 0));
  EXPECT_FALSE(Syns(9, 0));
  EXPECT_TRUE(Syns(1, 999));
}

TEST_F(FloodMeterTest, SecondsAreCountedOneByOne) {
  EXPECT_FALSE(Syns(9, 999));
  EXPECT_FALSE(Syns(9, 1000));
}

TEST_F(FloodMeterTest, LastsWhileHalfOfTheLimitComes) {
  EXPECT_TRUE(Syns(10, 0));
  EXPECT_TRUE(Syns(5, 1000));
  EXPECT_TRUE(Syns(5, 2000));
  EXPECT_TRUE(Syns(4, 3999));
  EXPECT_FALSE(Syns(0, 4000));
  EXPECT_FALSE(Syns(9, 4000)) << "half of the limit does not begin one";
}

TEST_F(FloodMeterTest, AShortBurstLastsToTheEndOfTheNextSecond) {
  EXPECT_TRUE(Syns(10, 999));
  EXPECT_TRUE(Syns(0, 1000));
  EXPECT_TRUE(Syns(0, 1999));
  EXPECT_FALSE(Syns(0, 2000));
}

TEST_F(FloodMeterTest, ASilentSecondEndsIt) {
  EXPECT_TRUE(Syns(10, 0));
  EXPECT_FALSE(Syns(0, 2000));
}

TEST_F(FloodMeterTest, LimitOfOneEndsToo) {
  meter_ = FloodMeter(1);
  EXPECT_TRUE(Syns(1, 0));
  EXPECT_TRUE(Syns(0, 1000));
  EXPECT_FALSE(Syns(0, 2000));
}

}  // namespace
}  // namespace synsplice
