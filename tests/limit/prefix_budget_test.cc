// Rule 31: the budget of a prefix, and who has none.
#include "synsplice/limit/prefix_budget.h"

#include <gtest/gtest.h>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

class PrefixBudgetTest : public ::testing::Test {
 protected:
  static uint64_t Nth(uint32_t i) { return 0xffff00000000u | uint64_t{i} << 8; }
  int TakeAll(uint32_t i, Time now, int tries = 100) {
    int taken = 0;
    for (int n = 0; n < tries; ++n) taken += budget_.Take(Nth(i), now);
    return taken;
  }

  PrefixBudget budget_{10, Seconds(600), kKey, kStart};
};

TEST_F(PrefixBudgetTest, IsPerPrefixAndSecond) {
  EXPECT_EQ(TakeAll(1, kStart), 10);
  EXPECT_EQ(TakeAll(1, kStart + Milliseconds(999)), 0);
  EXPECT_EQ(TakeAll(2, kStart + Milliseconds(999)), 10);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(1)), 10);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(3600)), 10);
}

TEST_F(PrefixBudgetTest, ProvenPrefixesAreExempt) {
  EXPECT_EQ(TakeAll(1, kStart), 10);
  budget_.Exempt(Nth(1), kStart);
  EXPECT_EQ(TakeAll(1, kStart), 100);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(600)), 100);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(601)), 10);
  EXPECT_EQ(TakeAll(2, kStart), 10);
}

// A spoofed flood to many prefixes takes from others what shares both counters with it.
TEST_F(PrefixBudgetTest, NeverMoreAndSeldomLess) {
  for (uint32_t i = 0; i < 10000; ++i) EXPECT_LE(TakeAll(i, kStart, 12), 10);
  int starved = 0;
  for (uint32_t i = 10000; i < 20000; ++i) starved += TakeAll(i, kStart, 1) == 0;
  EXPECT_LT(starved, 200);
}

}  // namespace
}  // namespace synsplice
