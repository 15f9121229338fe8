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
  EXPECT_EQ(test::Alone<FlowTable>(1000, kKey).capacity(), 1008u);
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

// Flows number 0 and on, spliced, until there is no place; the number of them.
uint32_t Fill(FlowTable& table, uint32_t most) {
  for (uint32_t number = 0; number < most; ++number) {
    const FlowKey key = KeyOf(number);
    Flow* flow = table.Insert(table.HashOf(key), key, 1);
    if (!flow) return number;
    flow->set_phase(Phase::kEstablished);
    flow->backend = 9;
    flow->isn_p = number;
    table.NotesOf(*flow).passed_ack = Seq{~number};
  }
  return most;
}

void ExpectAllFound(FlowTable& table, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    Flow* flow = table.Find(table.HashOf(KeyOf(i)), KeyOf(i), Side::kOutside, 1);
    ASSERT_TRUE(flow) << i;
    ASSERT_EQ(table.Find(table.HashOf(KeyOf(i)), KeyOf(i), Side::kInside, 9), flow);
    ASSERT_EQ(flow->isn_p, i);
    ASSERT_EQ(table.NotesOf(*flow).passed_ack, Seq{~i});
    ASSERT_TRUE(table.MayHold(table.HashOf(KeyOf(i))));
  }
}

TEST(FlowTable, HasRoomForWhatItSays) {
  constexpr uint32_t kEntries = 1 << 18;
  test::Alone<FlowTable> table(kEntries, kKey);
  const auto room = static_cast<uint32_t>(FlowTable::RoomOf(kEntries));
  EXPECT_EQ(room, kEntries * 9 / 10);
  ASSERT_EQ(Fill(table, room), room);
  EXPECT_EQ(table.size(), room);
  ExpectAllFound(table, room);
}

TEST(FlowTable, EntriesForSoManyFlows) {
  for (const uint64_t flows : {1u, 9u, 10u, 1000u, 999'999u, 10'000'000u}) {
    EXPECT_GE(FlowTable::RoomOf(FlowTable::EntriesFor(flows)), flows);
    EXPECT_LE(FlowTable::EntriesFor(flows), flows * 10 / 9 + 1);
  }
}

// Any number of buckets, not only a power of two.
TEST(FlowTable, FindsAllUntilItRefuses) {
  for (const uint32_t entries : {16u, 48u, 4080u, 12'000u}) {
    test::Alone<FlowTable> table(entries, kKey);
    const uint32_t count = Fill(table, entries + 1);
    EXPECT_LE(count, entries);
    EXPECT_GE(count, entries * 85 / 100) << entries;
    EXPECT_EQ(table.size(), count);
    ExpectAllFound(table, count);
  }
}

// Their slots know where they stand.
TEST(FlowTable, HandshakesNeverMove) {
  test::Alone<FlowTable> table(1024, kKey);
  std::vector<std::pair<Flow*, uint32_t>> waiting;
  for (uint32_t number = 0; number < 4096; ++number) {
    const FlowKey key = KeyOf(number);
    Flow* flow = table.Insert(table.HashOf(key), key, 1);
    if (!flow) continue;
    flow->isn_p = number;
    flow->set_phase(number % 3 == 0 ? Phase::kWaiting : Phase::kEstablished);
    if (number % 3 == 0) waiting.emplace_back(flow, number);
  }
  EXPECT_GT(waiting.size(), 200u);
  for (const auto& [flow, number] : waiting) {
    EXPECT_EQ(flow->isn_p, number);
    EXPECT_EQ(table.Find(table.HashOf(KeyOf(number)), KeyOf(number), Side::kOutside, 1), flow);
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

// Nobody has to look elsewhere than at home.
bool IsNobodyAway(const FlowTable& table, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    if (table.PrefetchAtHome(table.HashOf(KeyOf(i))) == FlowTable::Fetched::kTags) return false;
  }
  return true;
}

TEST(FlowTable, FlowsStayAtHomeWhileThereIsRoom) {
  constexpr uint32_t kEntries = 1 << 16;
  test::Alone<FlowTable> table(kEntries, kKey);
  const auto away_of = [&](uint32_t count) {
    Fill(table, count);
    uint32_t away = 0;
    for (uint32_t i = 0; i < 4096; ++i) {
      away += table.PrefetchAtHome(table.HashOf(KeyOf(i))) == FlowTable::Fetched::kTags;
    }
    return away;
  };
  EXPECT_LT(away_of(kEntries / 8), 4096u / 100);
  test::Alone<FlowTable> fuller(kEntries, kKey);
  Fill(fuller, kEntries / 2);
  EXPECT_FALSE(IsNobodyAway(fuller, kEntries / 2));
}

// Who has gone is no longer counted among those that are away.
TEST(FlowTable, EmptyTableHasNobodyAway) {
  test::Alone<FlowTable> table(4096, kKey);
  const uint32_t count = Fill(table, 5000);
  EXPECT_FALSE(IsNobodyAway(table, count));
  for (uint32_t i = 0; i < count; ++i) {
    table.Remove(*table.Find(table.HashOf(KeyOf(i)), KeyOf(i), Side::kOutside, 1));
  }
  EXPECT_EQ(table.size(), 0u);
  EXPECT_TRUE(IsNobodyAway(table, 5000));
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
      flow->set_phase(random() % 8 ? Phase::kEstablished : Phase::kWaiting);
      flow->isn_p = static_cast<uint32_t>(random());
      oracle[{number, listener}] = flow->isn_p;
    }
    ASSERT_EQ(table.size(), oracle.size());
  }
}

}  // namespace
}  // namespace synsplice
