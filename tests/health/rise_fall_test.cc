// Rule 14: so many checks in a row take a backend down, so many take it up.
#include "health/rise_fall.h"

#include <gtest/gtest.h>

#include <string_view>

namespace synsplice {
namespace {

// The states after checks of that sequence, '+' answered, '-' not; capitals where they change.
std::string Play(std::string_view checks, unsigned rise, unsigned fall) {
  RiseFall health;
  std::string states;
  for (const char check : checks) {
    const bool changed = health.OnCheck(check == '+', rise, fall);
    states += health.is_up() ? (changed ? 'U' : 'u') : (changed ? 'D' : 'd');
  }
  return states;
}

TEST(RiseFall, IsUpUntilFailuresInARow) {
  EXPECT_TRUE(RiseFall().is_up());
  EXPECT_EQ(Play("---", 2, 3), "uuD");
  EXPECT_EQ(Play("--+--+--", 2, 3), "uuuuuuuu");
}

TEST(RiseFall, IsDownUntilAnswersInARow) {
  EXPECT_EQ(Play("---+-++", 2, 3), "uuDdddU");
  EXPECT_EQ(Play("-----+-+-+", 2, 3), "uuDddddddd");
}

TEST(RiseFall, OneIsEnoughWhereOneIsAskedFor) { EXPECT_EQ(Play("-+-+", 1, 1), "DUDU"); }

TEST(RiseFall, WhatIsAskedForMayChange) {
  RiseFall health;
  EXPECT_FALSE(health.OnCheck(false, 2, 5));
  EXPECT_TRUE(health.OnCheck(false, 2, 2));
}

}  // namespace
}  // namespace synsplice
