// Rules 7, 31: the budget of a prefix.
#include "synsplice/limit/prefix_budget.h"

#include <gtest/gtest.h>

#include <set>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

class PrefixBudgetTest : public ::testing::Test {
 protected:
  static constexpr int kBudget = 3;  // too few to differ from second to second
  static uint64_t Nth(uint32_t i) { return 0xffff00000000u | uint64_t{i} << 8; }
  int TakeAll(uint32_t i, Time now, int tries = 100) {
    int taken = 0;
    for (int n = 0; n < tries; ++n) taken += budget_.Take(Nth(i), now);
    return taken;
  }

  PrefixBudget budget_{kBudget, kKey};
};

TEST_F(PrefixBudgetTest, IsPerPrefixAndSecond) {
  EXPECT_EQ(TakeAll(1, kStart), kBudget);
  EXPECT_EQ(TakeAll(1, kStart + Milliseconds(999)), 0);
  EXPECT_EQ(TakeAll(2, kStart + Milliseconds(999)), kBudget);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(1)), kBudget);
  EXPECT_EQ(TakeAll(1, kStart + Seconds(3600)), kBudget);
}

// Whoever counts the answers that are left to a prefix learns nothing of others in it.
TEST_F(PrefixBudgetTest, ChangesFromSecondToSecondAndFromPrefixToPrefix) {
  PrefixBudget budget(100, kKey);
  std::set<int> by_second, by_prefix;
  for (uint32_t i = 0; i < 200; ++i) {
    const auto take_all = [&](uint64_t prefix, Time now) {
      int taken = 0;
      while (budget.Take(prefix, now)) ++taken;
      return taken;
    };
    by_second.insert(take_all(Nth(1), kStart + Seconds(i)));
    by_prefix.insert(take_all(Nth(i), kStart + Seconds(300)));
  }
  for (const std::set<int>& seen : {by_second, by_prefix}) {
    EXPECT_GT(seen.size(), 20u);
    EXPECT_GE(*seen.begin(), 75);
    EXPECT_EQ(*seen.rbegin(), 100);
  }
}

// A spoofed flood to many prefixes takes from others what shares both counters with it.
TEST_F(PrefixBudgetTest, NeverMoreAndSeldomLess) {
  for (uint32_t i = 0; i < 10000; ++i) EXPECT_LE(TakeAll(i, kStart, 5), kBudget);
  int starved = 0;
  for (uint32_t i = 10000; i < 20000; ++i) starved += TakeAll(i, kStart, 1) == 0;
  EXPECT_LT(starved, 200);
}

}  // namespace
}  // namespace synsplice
