#include "synsplice/flow/flow_table.h"

#include <gtest/gtest.h>

#include <map>
#include <tuple>
#include <vector>

#include "support/alone.h"
#include "support/random.h"

namespace synsplice {
namespace {

constexpr SipKey kKey{1, 2};

FlowKey KeyOf(uint32_t number) {
  return {Address::V4(0xc6120000 + number / 7), static_cast<uint16_t>(40000 + number % 7), 0, 1};
}

TEST(FlowTable, CapacityIsRoundedUp) {
  EXPECT_EQ(test::Alone<FlowTable>(1, kKey).capacity(), 16u);
  EXPECT_EQ(test::Alone<FlowTable>(16, kKey).capacity(), 16u);
  EXPECT_EQ(test::Alone<FlowTable>(17, kKey).capacity(), 32u);
  EXPECT_EQ(test::Alone<FlowTable>(1000, kKey).capacity(), 1024u);
}

TEST(FlowTable, FoundFromBothSides) {
  test::Alone<FlowTable> table(64, kKey);
  const FlowKey key = KeyOf(1);
  const auto hash = table.HashOf(key);
  Flow* flow = table.Insert(hash, key, 3);
  ASSERT_TRUE(flow);
  flow->backend = 9;
  EXPECT_EQ(table.Find(hash, key, Side::kOutside, 3), flow);
  EXPECT_EQ(table.Find(hash, key, Side::kInside, 9), flow);
  EXPECT_EQ(table.Find(hash, key, Side::kOutside, 9), nullptr);
  EXPECT_EQ(table.Find(hash, key, Side::kInside, 3), nullptr);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(table.IsLive(table.IndexOf(*flow)));
}

TEST(FlowTable, EveryPartOfTheKeyCounts) {
  test::Alone<FlowTable> table(64, kKey);
  const FlowKey key = KeyOf(1);
  table.Insert(table.HashOf(key), key, 3);
  FlowKey address = key, port = key, vids = key, family = key;
  address.client = Address::V4(7);
  ++port.client_port;
  vids.packed_vids = 1;
  family.client.bytes[10] = 0;
  for (const FlowKey& other : {address, port, vids, family}) {
    EXPECT_EQ(table.Find(table.HashOf(other), other, Side::kOutside, 3), nullptr);
    // Even in the same buckets.
    EXPECT_EQ(table.Find(table.HashOf(key), other, Side::kOutside, 3), nullptr);
    EXPECT_NE(table.HashOf(other), table.HashOf(key));
  }
  FlowKey group = key;
  group.group = 2;
  EXPECT_NE(table.HashOf(group), table.HashOf(key));
  EXPECT_NE(test::Alone<FlowTable>(64, SipKey{1, 3}).HashOf(key), table.HashOf(key));
}

TEST(FlowTable, InsertClearsTheEntry) {
  test::Alone<FlowTable> table(16, kKey);
  const FlowKey key = KeyOf(1);
  Flow* flow = table.Insert(table.HashOf(key), key, 3);
  flow->counted = 1;
  flow->isn_p = 77;
  table.Remove(*flow);
  EXPECT_EQ(table.Find(table.HashOf(key), key, Side::kOutside, 3), nullptr);
  EXPECT_EQ(table.size(), 0u);
  flow = table.Insert(table.HashOf(key), key, 3);
  EXPECT_EQ(flow->counted, 0);
  EXPECT_EQ(flow->isn_p, 0u);
}

TEST(FlowTable, FillsWellBeforeItRefuses) {
  test::Alone<FlowTable> table(1 << 14, kKey);
  uint32_t number = 0;
  while (table.Insert(table.HashOf(KeyOf(number)), KeyOf(number), 1)) ++number;
  // Two choices of eight entries each: three quarters on average until the first refusal.
  EXPECT_GE(number, table.capacity() * 70 / 100);
  EXPECT_EQ(table.size(), number);
  for (uint32_t i = 0; i < number; ++i) {
    ASSERT_TRUE(table.Find(table.HashOf(KeyOf(i)), KeyOf(i), Side::kOutside, 1)) << i;
  }
}

TEST(FlowTable, VictimHasTheLowestRankOfBothBuckets) {
  test::Alone<FlowTable> table(16,
                               kKey);  // two buckets: every entry stands in the way of every key
  for (uint32_t i = 0; i < 16; ++i) {
    Flow* flow = table.Insert(table.HashOf(KeyOf(i)), KeyOf(i), 1);
    ASSERT_TRUE(flow);
    flow->isn_p = 100 + i * 7 % 16;
  }
  const auto hash = table.HashOf(KeyOf(99));
  EXPECT_EQ(table.Insert(hash, KeyOf(99), 1), nullptr);
  Flow* victim = table.ChooseVictim(hash, [](const Flow& flow) { return int64_t{flow.isn_p}; });
  ASSERT_TRUE(victim);
  EXPECT_EQ(victim->isn_p, 100u);
  victim = table.ChooseVictim(hash, [](const Flow& flow) { return 110 - int64_t{flow.isn_p}; });
  ASSERT_TRUE(victim);
  EXPECT_EQ(victim->isn_p, 110u);
  EXPECT_EQ(table.ChooseVictim(hash, [](const Flow&) { return int64_t{-1}; }), nullptr);
  table.Remove(*victim);
  EXPECT_TRUE(table.Insert(hash, KeyOf(99), 1));
}

using OracleKey = std::tuple<uint32_t, uint16_t>;  // number of KeyOf, listener

TEST(FlowTable, RandomOperationsAgainstAMap) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  test::Alone<FlowTable> table(256, kKey);
  std::map<OracleKey, uint32_t> oracle;  // -> isn_p
  for (int i = 0; i < 300000; ++i) {
    const auto number = static_cast<uint32_t>(random() % 300);
    const auto listener = static_cast<uint16_t>(1 + random() % 2);
    const auto hash = table.HashOf(KeyOf(number));
    Flow* flow = table.Find(hash, KeyOf(number), Side::kOutside, listener);
    const auto known = oracle.find({number, listener});
    ASSERT_EQ(flow != nullptr, known != oracle.end()) << i;
    if (flow) {
      ASSERT_EQ(flow->isn_p, known->second) << i;
      ASSERT_EQ(table.Find(hash, KeyOf(number), Side::kInside, listener + 10), flow);
    }
    if (flow && random() % 2) {
      table.Remove(*flow);
      oracle.erase(known);
    } else if (!flow && (flow = table.Insert(hash, KeyOf(number), listener))) {
      flow->backend = listener + 10;
      flow->isn_p = static_cast<uint32_t>(random());
      oracle[{number, listener}] = flow->isn_p;
    }
    ASSERT_EQ(table.size(), oracle.size());
  }
}

}  // namespace
}  // namespace synsplice
