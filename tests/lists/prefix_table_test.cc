#include "synsplice/lists/prefix_table.h"

#include <gtest/gtest.h>

#include <random>

#include "synsplice/lists/list_table.h"

namespace synsplice {
namespace {

using Lists = std::vector<std::vector<Prefix>>;

std::vector<Prefix> Parsed(std::initializer_list<const char*> texts) {
  std::vector<Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(*ParsePrefix(text));
  return prefixes;
}

// Lists have numbers from 1 on.
PrefixTable TableOf(const Lists& lists) {
  std::vector<PrefixTable::Source> sources;
  for (const auto& prefixes : lists) {
    sources.push_back({static_cast<ListId>(sources.size() + 1), prefixes});
  }
  return PrefixTable(sources);
}

ListId Find(const PrefixTable& table, const char* address, ListMask lists = ~ListMask{0}) {
  const Address parsed = *ParseAddress(address);
  return table.MayHold(parsed) ? table.Find(parsed, lists) : ListId{0};
}

// The definition: the longest prefix counts, of the same ones that of the first list.
ListId Oracle(const Lists& lists, const Address& address, ListMask mask) {
  int longest = -1;
  ListId found = 0;
  for (size_t i = 0; i < lists.size(); ++i) {
    const auto id = static_cast<ListId>(i + 1);
    if ((mask & MaskOf(id)) == 0) continue;
    for (const Prefix& prefix : lists[i]) {
      if (prefix.length <= longest || !prefix.Contains(address)) continue;
      longest = prefix.length;
      found = id;
    }
  }
  return found;
}

class Random {
 public:
  explicit Random(uint64_t seed) : random_(seed) {}

  // Few bits differ, so that prefixes and addresses meet.
  Address MakeAddress(bool v6) {
    Address address = v6 ? *ParseAddress("2001:db8::") : Address::V4(0xc6120000);
    for (size_t i = v6 ? 3 : 12; i < 16; ++i) {
      if (random_() % 3 == 0) address.bytes[i] ^= static_cast<uint8_t>(random_() % 4 * 85);
    }
    return address;
  }
  Prefix MakePrefix(bool v6) {
    const auto length = static_cast<uint8_t>(random_() % (v6 ? 129 : 33));
    return {Mask(MakeAddress(v6), length), length};
  }
  uint64_t Next() { return random_(); }

 private:
  std::mt19937_64 random_;
};

Lists RandomLists(Random& random) {
  Lists lists(1 + random.Next() % 4);
  for (auto& list : lists) {
    const size_t count = random.Next() % 60;
    for (size_t i = 0; i < count; ++i) list.push_back(random.MakePrefix(random.Next() % 2));
  }
  return lists;
}

TEST(PrefixTable, AgreesWithTheDefinition) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Lists lists = RandomLists(random);
    const PrefixTable table = TableOf(lists);
    ASSERT_TRUE(table.ok());
    for (int i = 0; i < 200; ++i) {
      const Address address = random.MakeAddress(random.Next() % 2);
      const ListMask mask = random.Next() % 3 == 0 ? random.Next() : ~ListMask{0};
      const ListId found = table.MayHold(address) ? table.Find(address, mask) : ListId{0};
      ASSERT_EQ(found, Oracle(lists, address, mask)) << ToString(address);
    }
  }
}

TEST(PrefixTable, HoldsNothing) {
  const PrefixTable table;
  EXPECT_FALSE(table.MayHold(*ParseAddress("198.18.0.1")));
  EXPECT_EQ(table.Find(*ParseAddress("2001:db8::1"), ~ListMask{0}), 0);
}

TEST(PrefixTable, TheLongestMatchCounts) {
  const PrefixTable table = TableOf(
      {Parsed({"198.18.0.0/16", "2001:db8::/32"}), Parsed({"198.18.7.0/24", "2001:db8:7::/48"})});
  EXPECT_EQ(Find(table, "198.18.6.255"), 1);
  EXPECT_EQ(Find(table, "198.18.7.0"), 2);
  EXPECT_EQ(Find(table, "198.18.7.255"), 2);
  EXPECT_EQ(Find(table, "198.18.8.0"), 1);
  EXPECT_EQ(Find(table, "198.19.0.0"), 0);
  EXPECT_EQ(Find(table, "2001:db8:7::1"), 2);
  EXPECT_EQ(Find(table, "2001:db8:8::1"), 1);
}

TEST(PrefixTable, AServiceWithoutTheListMeetsTheNextOne) {
  const PrefixTable table = TableOf({Parsed({"198.18.0.0/16"}), Parsed({"198.18.7.0/24"})});
  EXPECT_EQ(Find(table, "198.18.7.1", MaskOf(1)), 1);
  EXPECT_EQ(Find(table, "198.18.7.1", MaskOf(3)), 0);
}

TEST(PrefixTable, OfEqualPrefixesTheFirstListCounts) {
  const PrefixTable table = TableOf({Parsed({"198.18.7.0/24"}), Parsed({"198.18.7.0/24"})});
  EXPECT_EQ(Find(table, "198.18.7.1"), 1);
  EXPECT_EQ(Find(table, "198.18.7.1", MaskOf(2)), 2);
}

TEST(PrefixTable, HoldsAllAddressesOfAFamily) {
  const PrefixTable table =
      TableOf({Parsed({"0.0.0.0/0"}), Parsed({"::/0", "255.255.255.255/32"})});
  EXPECT_EQ(Find(table, "0.0.0.0"), 1);
  EXPECT_EQ(Find(table, "255.255.255.254"), 1);
  EXPECT_EQ(Find(table, "255.255.255.255"), 2);
  EXPECT_EQ(Find(table, "::"), 2);
  EXPECT_EQ(Find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 2);
}

// Every one alternates with the others in as many ways as there are orders.
TEST(PrefixTable, ListsThatOverlapInTooManyWaysAreRefused) {
  Lists lists(40);
  Random random(1);
  for (int chain = 0; chain < 20000; ++chain) {
    const Address address = Address::V4(static_cast<uint32_t>(random.Next()));
    for (uint8_t length = 17; length <= 32; ++length) {
      lists[random.Next() % lists.size()].push_back({Mask(address, length), length});
    }
  }
  EXPECT_FALSE(TableOf(lists).ok());
}

TEST(PrefixTable, NearlyNoOtherAddressIsTakenForOneOfAMillion) {
  Lists lists(1);
  Random random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    lists[0].push_back({Address::V4(static_cast<uint32_t>(random.Next())), 32});
  }
  const PrefixTable table = TableOf(lists);
  int taken = 0;
  for (int i = 0; i < 10000; ++i) {
    taken += table.MayHold(Address::V4(static_cast<uint32_t>(random.Next())));
  }
  EXPECT_LT(taken, 100);
}

TEST(ListTable, WhatWasPutInGoesBeforeFiles) {
  ListTable lists;
  lists.files = std::make_shared<PrefixTable>(TableOf({Parsed({"198.18.7.1/32"})}));
  lists.entries = std::make_shared<PrefixTable>(TableOf({{}, Parsed({"198.18.0.0/16"})}));
  lists.tiers[1] = Tier::kAllow;
  lists.tiers[2] = Tier::kBlock;
  EXPECT_EQ(lists.Find(*ParseAddress("198.18.7.1"), ~ListMask{0}).tier, Tier::kBlock);
  EXPECT_EQ(lists.Find(*ParseAddress("198.18.7.1"), MaskOf(1)).tier, Tier::kAllow);
  EXPECT_EQ(lists.Find(*ParseAddress("198.19.7.1"), ~ListMask{0}).list, 0);
}

}  // namespace
}  // namespace synsplice
