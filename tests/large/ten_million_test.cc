// A table of ten million flows: all are found, all expire, no call of the timers takes long.
#include <gtest/gtest.h>

#include "io/memory/state_memory.h"
#include "proxy/timers.h"
#include "state/context.h"
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kFlows = 10'000'000;
constexpr uint32_t kMostOfOneTick = 4096;

Config LargeConfig() {
  Config config = TransparentConfig();
  config.flow_table_entries = static_cast<uint32_t>(FlowTable::EntriesFor(kFlows));
  return config;
}

FlowKey KeyOf(uint32_t number) {
  return {Address::V4(0x64400000 + number / 8), static_cast<uint16_t>(40000 + number % 8), 0, 1};
}

class TenMillion : public ::testing::Test {
 protected:
  void InsertAll() {
    for (uint32_t i = 0; i < kFlows; ++i) {
      const FlowKey key = KeyOf(i);
      Flow* flow = context_.flows.Insert(context_.flows.HashOf(key), key, 1);
      if (!flow) continue;
      flow->set_phase(Phase::kEstablished);
      flow->isn_p = i;
      flow->last_seen = ToTick(kStart);
      context_.flow_shares.Take(Context::EntryHolderOf(*flow));
    }
  }
  uint32_t CountFound() {
    uint32_t found = 0;
    for (uint32_t i = 0; i < kFlows; ++i) {
      const FlowKey key = KeyOf(i);
      const Flow* flow = context_.flows.Find(context_.flows.HashOf(key), key, Side::kOutside, 1);
      found += flow && flow->isn_p == i;
    }
    return found;
  }
  void Wait(Milliseconds time) {
    context_.now += time;
    context_.tick = ToTick(context_.now);
  }
  // The most flows that one call removed. Time passes while there are any, and not much of it.
  size_t TickUntilEmpty() {
    size_t most = 0;
    for (int ticks = 0; ticks < 10'000 && context_.flows.size() != 0; ++ticks) {
      Wait(Milliseconds(1));
      const size_t before = context_.flows.size();
      context_.outbox = &outbox_;
      RunTimers(context_);
      most = std::max(most, before - context_.flows.size());
    }
    return most;
  }

  Policy policy_{LargeConfig()};
  StateMemory memory_{policy_.config()};
  Shared shared_{memory_.state(), {1, 2}, kServerMac, kClientMac};
  Context context_{policy_, shared_, {1, 2}, kStart, 0};
  Outbox outbox_;
};

TEST_F(TenMillion, AreHeldFoundAndExpire) {
  InsertAll();
  ASSERT_EQ(context_.flows.size(), kFlows) << "the table is made for so many";
  EXPECT_EQ(CountFound(), kFlows);
  Wait(policy_.config().timeouts.established + 2 * kTick);
  const Time begin = context_.now;
  EXPECT_LE(TickUntilEmpty(), kMostOfOneTick);
  EXPECT_EQ(context_.flows.size(), 0u);
  EXPECT_LE(context_.now - begin, kTick + Milliseconds(100));
  EXPECT_EQ(context_.counters.Get(Event::kFlowsExpired), kFlows);
  // Nothing lives: nothing is looked at.
  const uint32_t stands_at = context_.sweep_index;
  Wait(Milliseconds(500));
  EXPECT_FALSE(RunTimers(context_));
  EXPECT_EQ(context_.sweep_index, stands_at);
}

}  // namespace
}  // namespace synsplice::test
