#include "state/service_mode.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kNow = FromMilliseconds(1'700'000'000'000);

TEST(ServiceMode, StrangersPassUntilTheGraceIsOver) {
  ServiceMode mode;
  EXPECT_FALSE(mode.challenges());
  EXPECT_TRUE(mode.PassesStrangers(kNow));
  mode.Set(true, Seconds(10), kNow);
  EXPECT_TRUE(mode.challenges());
  EXPECT_EQ(mode.turned(), kNow);
  EXPECT_TRUE(mode.PassesStrangers(kNow + Milliseconds(9999)));
  EXPECT_FALSE(mode.PassesStrangers(kNow + Seconds(10)));
}

TEST(ServiceMode, WhatStaysTheSameBeginsNothing) {
  ServiceMode mode;
  mode.Set(true, Seconds(0), kNow);
  EXPECT_FALSE(mode.PassesStrangers(kNow));
  mode.Set(true, Seconds(10), kNow + Seconds(1));
  EXPECT_FALSE(mode.PassesStrangers(kNow + Seconds(1)));
  EXPECT_EQ(mode.turned(), kNow);
}

TEST(ServiceMode, AndBack) {
  ServiceMode mode;
  mode.Set(true, Seconds(0), kNow);
  mode.Set(false, Seconds(10), kNow + Seconds(1));
  EXPECT_FALSE(mode.challenges());
  EXPECT_TRUE(mode.PassesStrangers(kNow + std::chrono::hours(1)));
  EXPECT_EQ(mode.turned(), kNow + Seconds(1));
}

}  // namespace
}  // namespace synsplice
