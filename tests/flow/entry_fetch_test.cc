#include "synsplice/flow/entry_fetch.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/alone.h"

namespace synsplice {
namespace {

FlowKey KeyNumber(uint32_t number) { return {Address::V4(0xc6120000 + number), 40000, 0, 1}; }

// In a table so full that many flows are away from home: nobody who has a flow is told to have
// none, whoever may have one is taken for one, and all others are told, each once.
TEST(EntryFetch, TellsWhoHasNoFlow) {
  constexpr uint32_t kEntries = 4096, kFlows = kEntries * 8 / 10;
  test::Alone<FlowTable> table(kEntries, SipKey{1, 2});
  for (uint32_t i = 0; i < kFlows; ++i) {
    Flow* flow = table.Insert(table.HashOf(KeyNumber(i)), KeyNumber(i), 1);
    ASSERT_TRUE(flow);
    flow->set_phase(Phase::kEstablished);
  }
  uint32_t away = 0;
  for (uint32_t first = 0; first < 2 * kFlows; first += kMaxBurst) {
    std::vector<int> told(kMaxBurst, 0);
    EntryFetch fetch(table, [&](size_t frame) { ++told[frame]; });
    for (uint32_t i = 0; i < kMaxBurst; ++i) {
      const auto hash = table.HashOf(KeyNumber(first + i));
      away += table.PrefetchAtHome(hash) == FlowTable::Fetched::kTags && table.MayHold(hash);
      fetch.Add(i, hash);
    }
    fetch.Finish();
    for (uint32_t i = 0; i < kMaxBurst; ++i) {
      const bool may_hold = table.MayHold(table.HashOf(KeyNumber(first + i)));
      ASSERT_EQ(told[i], may_hold ? 0 : 1) << first + i;
      ASSERT_TRUE(may_hold || first + i >= kFlows);
    }
  }
  EXPECT_GT(away, kFlows / 20) << "nothing was shown";
}

}  // namespace
}  // namespace synsplice
