#include "watch/service_mode.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kTurned = FromMilliseconds(1'700'000'000'000);

TEST(ServiceMode, StrangersPassUntilTheGraceIsOver) {
  ServiceMode mode;
  EXPECT_FALSE(mode.challenges());
  EXPECT_TRUE(mode.PassesStrangers(kTurned));
  mode.Set(true, Seconds(10), kTurned);
  EXPECT_TRUE(mode.challenges());
  EXPECT_EQ(mode.turned(), kTurned);
  EXPECT_TRUE(mode.PassesStrangers(kTurned + Milliseconds(9999)));
  EXPECT_FALSE(mode.PassesStrangers(kTurned + Seconds(10)));
}

TEST(ServiceMode, WhatStaysTheSameBeginsNothing) {
  ServiceMode mode;
  mode.Set(true, Seconds(0), kTurned);
  EXPECT_FALSE(mode.PassesStrangers(kTurned));
  mode.Set(true, Seconds(10), kTurned + Seconds(1));
  EXPECT_FALSE(mode.PassesStrangers(kTurned + Seconds(1)));
  EXPECT_EQ(mode.turned(), kTurned);
}

TEST(ServiceMode, AndBack) {
  ServiceMode mode;
  mode.Set(true, Seconds(0), kTurned);
  mode.Set(false, Seconds(10), kTurned + Seconds(1));
  EXPECT_FALSE(mode.challenges());
  EXPECT_TRUE(mode.PassesStrangers(kTurned + std::chrono::hours(1)));
  EXPECT_EQ(mode.turned(), kTurned + Seconds(1));
}

}  // namespace
}  // namespace synsplice
