#include "synsplice/limit/connlimit.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

#include "support/alone.h"
#include "support/random.h"

namespace synsplice {
namespace {

using enum ConnlimitTable::Judgement;

constexpr SipKey kSeed{3, 4};
const Address kNetwork = *ParseAddress("198.18.0.0");

// Rule 29: `above: N` refuses the (N+1)th.
TEST(Connlimit, RefusesTheOneAbove) {
  test::Alone<ConnlimitTable> table(1024, kSeed);
  std::vector<uint32_t> slots;
  for (int i = 0; i < 3; ++i) {
    const auto result = table.Open(1, kNetwork, 3);
    ASSERT_EQ(result.judgement, kCounted);
    slots.push_back(result.slot);
  }
  EXPECT_EQ(table.Open(1, kNetwork, 3).judgement, kOverLimit);
  EXPECT_EQ(table.total(), 3u);
  table.Release(slots.back());
  EXPECT_EQ(table.Open(1, kNetwork, 3).judgement, kCounted);
  EXPECT_EQ(table.Open(1, kNetwork, 3).judgement, kOverLimit);
}

TEST(Connlimit, TellsWhatItCounts) {
  test::Alone<ConnlimitTable> table(1024, kSeed);
  table.Open(1, kNetwork, 3);
  table.Open(1, kNetwork, 3);
  size_t found = 0;
  for (uint32_t entry = 0; entry < table.entries(); ++entry) {
    const auto count = table.At(entry);
    if (!count) continue;
    ++found;
    EXPECT_EQ(count->service, 1);
    EXPECT_EQ(count->network, kNetwork);
    EXPECT_EQ(count->connections, 2u);
  }
  EXPECT_EQ(found, 1u);
}

TEST(Connlimit, ServicesAndFamiliesAreSeparate) {
  test::Alone<ConnlimitTable> table(1024, kSeed);
  EXPECT_EQ(table.Open(1, kNetwork, 1).judgement, kCounted);
  EXPECT_EQ(table.Open(2, kNetwork, 1).judgement, kCounted);
  EXPECT_EQ(table.Open(1, *ParseAddress("198.18.0.1"), 1).judgement, kCounted);
  EXPECT_EQ(table.Open(1, *ParseAddress("::198.18.0.0"), 1).judgement, kCounted);
  EXPECT_EQ(table.Open(1, kNetwork, 1).judgement, kOverLimit);
  EXPECT_EQ(table.total(), 4u);
}

TEST(Connlimit, RefusalLeavesNothingBehind) {
  test::Alone<ConnlimitTable> table(16, kSeed);
  for (uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(table.Open(1, Address::V4(i), 0).judgement, kOverLimit);
  }
  EXPECT_EQ(table.total(), 0u);
  EXPECT_EQ(table.Open(1, kNetwork, 1).judgement, kCounted);
}

TEST(Connlimit, TableFullIsItsOwnJudgement) {
  test::Alone<ConnlimitTable> table(1, kSeed);
  std::vector<uint32_t> slots;
  ConnlimitTable::Result result{};
  for (uint32_t i = 1; i < 1000; ++i) {
    result = table.Open(1, Address::V4(i), 10);
    if (result.judgement != kCounted) break;
    slots.push_back(result.slot);
  }
  EXPECT_EQ(result.judgement, kTableFull);
  // Keys that are counted already go on.
  EXPECT_EQ(table.Open(1, Address::V4(1), 10).judgement, kCounted);
  table.Release(slots.back());
  EXPECT_EQ(table.Open(1, Address::V4(0xffff), 10).judgement, kCounted);
}

TEST(Connlimit, HoldsAsManyKeysAsAskedFor) {
  constexpr uint32_t kEntries = 1 << 16;
  test::Alone<ConnlimitTable> table(kEntries, kSeed);
  uint32_t counted = 0, highest = 0;
  for (uint32_t i = 0; i < kEntries; ++i) {
    const auto result = table.Open(1, Address::V4(i << 8), 1);
    counted += result.judgement == kCounted;
    highest = std::max(highest, result.slot);
  }
  // Buckets fill unevenly.
  EXPECT_GE(counted, kEntries * 999 / 1000);
  EXPECT_LT(highest, 1u << 24);
}

Address Host(uint64_t network, uint64_t host) {
  Address address = *ParseAddress("2001:db8::");
  for (int i = 0; i < 8; ++i) {
    if (i < 4) address.bytes[7 - i] = static_cast<uint8_t>(network >> 8 * i);
    address.bytes[15 - i] = static_cast<uint8_t>(host >> 8 * i);
  }
  return address;
}

// Rule 34: an attacker's /64 counted by single addresses keeps nobody else out.
TEST(Connlimit, KeysOfOnePrefixKeepOutNoOther) {
  constexpr uint32_t kEntries = 1 << 16, kOthers = kEntries / 2;
  test::Alone<ConnlimitTable> table(kEntries, kSeed);
  std::vector<uint32_t> slots;
  for (uint32_t i = 0; i < 3 * kEntries; ++i) {
    const auto result = table.Open(1, Host(0, i), 1);
    if (result.judgement == kCounted) slots.push_back(result.slot);
  }
  EXPECT_NEAR(static_cast<double>(slots.size()), kEntries / 3, 2);
  EXPECT_EQ(table.Open(1, Host(0, 1u << 20), 1).judgement, kTableFull);
  uint32_t counted = 0;
  for (uint32_t i = 1; i <= kOthers; ++i) {
    counted += table.Open(1, Host(i, 0), 1).judgement == kCounted;
  }
  EXPECT_GE(counted, kOthers * 999 / 1000);
  // What a prefix gives back it may claim again.
  for (const uint32_t slot : slots) table.Release(slot);
  EXPECT_EQ(table.total(), counted);
  for (uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(table.Open(1, Host(0, i), 1).judgement, kCounted) << i;
  }
}

// A prefix without many keys finds room in a table that is full by the count.
TEST(Connlimit, AFewKeysOfAnyPrefix) {
  constexpr uint32_t kEntries = 1 << 10;
  test::Alone<ConnlimitTable> table(kEntries, kSeed);
  for (uint32_t i = 0; i < kEntries; ++i) (void)table.Open(1, Host(i, 0), 1);
  uint32_t counted = 0;
  for (uint32_t i = 0; i < 1000; ++i) {
    counted += table.Open(1, Host(kEntries, i), 1).judgement == kCounted;
  }
  EXPECT_LE(counted, 16u);
  EXPECT_GE(counted, 12u) << "others who share both counters may cost it some";
}

// The clients that share a bucket are others under another seed.
TEST(Connlimit, NobodyAimsAtABucket) {
  const auto bucket_mates = [](const SipKey& seed) {
    test::Alone<ConnlimitTable> table(1024, seed);
    std::vector<uint32_t> mates;
    const uint32_t bucket = table.Open(1, kNetwork, 1).slot / 6;
    for (uint32_t i = 0; i < 2048; ++i) {
      const auto result = table.Open(2, Address::V4(i << 8), 1);
      if (result.judgement == kCounted && result.slot / 6 == bucket) mates.push_back(i);
    }
    return mates;
  };
  EXPECT_NE(bucket_mates({3, 4}), bucket_mates({3, 5}));
  EXPECT_NE(bucket_mates({3, 4}), bucket_mates({4, 4}));
}

TEST(Connlimit, RandomOperationsAgainstAnOracle) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  test::Alone<ConnlimitTable> table(4096, kSeed);
  std::map<std::pair<uint16_t, uint32_t>, std::vector<uint32_t>> open;
  uint64_t total = 0;
  for (int i = 0; i < 200000; ++i) {
    const auto service = static_cast<uint16_t>(random() % 3);
    const auto network = static_cast<uint32_t>(random() % 50);
    auto& slots = open[{service, network}];
    if (random() % 2 == 0 && !slots.empty()) {
      table.Release(slots.back());
      slots.pop_back();
      --total;
      continue;
    }
    const auto result = table.Open(service, Address::V4(network), 4);
    ASSERT_EQ(result.judgement, slots.size() < 4 ? kCounted : kOverLimit) << i;
    if (result.judgement == kCounted) slots.push_back(result.slot), ++total;
  }
  EXPECT_EQ(table.total(), total);
}

// Two workers open and close at the limit, a million times in all.
TEST(Connlimit, ExactWithTwoWorkers) {
  constexpr uint32_t kLimit = 3;
  constexpr int kOpens = 500000;
  test::Alone<ConnlimitTable> table(64, kSeed);
  std::atomic<int> open{0}, most{0};
  std::atomic<uint64_t> refused{0};
  const auto work = [&](uint32_t worker) {
    std::vector<uint32_t> slots;
    for (int done = 0; done < kOpens;) {
      const auto result = table.Open(1, kNetwork, kLimit);
      if (result.judgement == kCounted) {
        const int now = ++open;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        slots.push_back(result.slot);
        ++done;
      } else {
        ++refused;
      }
      if (result.judgement != kCounted || slots.size() > worker) {
        if (slots.empty()) continue;
        --open;
        table.Release(slots.back());
        slots.pop_back();
      }
    }
    for (const uint32_t slot : slots) --open, table.Release(slot);
  };
  // The second one meets the limit even when it runs alone.
  std::thread first(work, 1), second(work, kLimit);
  first.join();
  second.join();
  EXPECT_LE(most.load(), static_cast<int>(kLimit));
  EXPECT_EQ(table.total(), 0u);
  EXPECT_GT(refused.load(), 0u) << "the limit was never met: the test has tested nothing";
}

}  // namespace
}  // namespace synsplice
