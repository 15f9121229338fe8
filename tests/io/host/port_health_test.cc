#include "io/host/port_health.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using std::chrono::seconds;

TEST(PortHealthTest, AQuietPortWorks) {
  PortHealth health;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(health.Judge({}), Trouble::kNone);
}

TEST(PortHealthTest, TheFirstCauseIsTold) {
  PortHealth health;
  EXPECT_EQ(health.Judge({.has_interface = false, .has_program = false, .is_up = false}),
            Trouble::kGone);
  EXPECT_EQ(health.Judge({.has_program = false, .is_up = false}), Trouble::kProgramGone);
  EXPECT_EQ(health.Judge({.is_up = false}), Trouble::kDown);
}

TEST(PortHealthTest, StandsStillWhenOnlyTheInterfaceReceives) {
  PortHealth health;
  EXPECT_EQ(health.Judge({.interface_frames = 10, .port_frames = 10}), Trouble::kNone);
  EXPECT_EQ(health.Judge({.interface_frames = 20, .port_frames = 10}), Trouble::kNone);
  EXPECT_EQ(health.Judge({.interface_frames = 30, .port_frames = 10}), Trouble::kStandsStill);
  EXPECT_EQ(health.Judge({.interface_frames = 30, .port_frames = 10}), Trouble::kStandsStill);
  EXPECT_EQ(health.Judge({.interface_frames = 40, .port_frames = 11}), Trouble::kNone);
}

TEST(PortHealthTest, AFrameBetweenTwoCountsIsNoTrouble) {
  PortHealth health;
  uint32_t frames = 0;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(health.Judge({.interface_frames = frames + 1, .port_frames = frames}),
              Trouble::kNone);
    ++frames;
    EXPECT_EQ(health.Judge({.interface_frames = frames, .port_frames = frames}), Trouble::kNone);
  }
}

TEST(BackOffTest, DoublesUpTo32Seconds) {
  BackOff back_off;
  BackOff::Time now(seconds(100));
  for (const int wait : {1, 2, 4, 8, 16, 32, 32}) {
    EXPECT_TRUE(back_off.IsDue(now));
    back_off.Tried(now);
    EXPECT_FALSE(back_off.IsDue(now + seconds(wait) - seconds(1)));
    now += seconds(wait);
  }
  back_off.Reset();
  EXPECT_TRUE(back_off.IsDue(now));
}

}  // namespace
}  // namespace synsplice
