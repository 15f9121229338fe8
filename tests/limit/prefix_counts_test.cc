#include "synsplice/limit/prefix_counts.h"

#include <gtest/gtest.h>

#include <map>

#include "support/alone.h"
#include "support/random.h"

namespace synsplice {
namespace {

constexpr SipKey kCountsKey{5, 6};

TEST(PrefixCounts, GivesBackWhatWasAdded) {
  test::Alone<PrefixCounts<uint32_t>> counts(1000, kCountsKey);
  counts.Add(1, 7);
  counts.Add(1);
  EXPECT_EQ(counts.Of(1), 8u);
  EXPECT_EQ(counts.Of(2), 0u);
  counts.Remove(1, 3);
  EXPECT_EQ(counts.Of(1), 5u);
  counts.Remove(1, 5);
  EXPECT_EQ(counts.Of(1), 0u);
}

// Never too low; too high by little, as long as no more is held than the sketch is made for.
TEST(PrefixCounts, AgainstAnOracle) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  constexpr uint32_t kThings = 1 << 14;
  test::Alone<PrefixCounts<uint32_t>> counts(kThings, kCountsKey);
  std::map<uint64_t, uint32_t> oracle;
  std::vector<uint64_t> held;
  for (int i = 0; i < 200000; ++i) {
    if (held.size() == kThings || (!held.empty() && random() % 3 == 0)) {
      std::swap(held[random() % held.size()], held.back());
      counts.Remove(held.back());
      --oracle[held.back()];
      held.pop_back();
    } else {
      held.push_back(random() % 20000);
      counts.Add(held.back());
      ++oracle[held.back()];
    }
  }
  uint64_t excess = 0;
  for (const auto& [prefix, count] : oracle) {
    ASSERT_GE(counts.Of(prefix), count);
    excess += counts.Of(prefix) - count;
  }
  EXPECT_LT(excess, 4 * oracle.size());
  for (const uint64_t prefix : held) counts.Remove(prefix);
  for (const auto& [prefix, count] : oracle) EXPECT_EQ(counts.Of(prefix), 0u);
}

// Large prefixes make few others look large, and which ones nobody can know.
TEST(PrefixCounts, LargeOnesHideFew) {
  const auto victims = [](const SipKey& key) {
    test::Alone<PrefixCounts<uint32_t>> counts(1 << 14, key);
    for (uint64_t prefix = 0; prefix < 100; ++prefix) counts.Add(prefix, 160);
    std::vector<uint64_t> large;
    for (uint64_t prefix = 1000; prefix < 11000; ++prefix) {
      if (counts.Of(prefix) != 0) large.push_back(prefix);
    }
    return large;
  };
  EXPECT_LT(victims(kCountsKey).size(), 30u);
  EXPECT_NE(victims(kCountsKey), victims({5, 7}));
  EXPECT_NE(victims(kCountsKey), victims({6, 6}));
}

}  // namespace
}  // namespace synsplice
