#include "state/fragment_table.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/random.h"

namespace synsplice::test {
namespace {

using Arrival = Datagram::Arrival;
constexpr Time kNow = FromMilliseconds(1700000000000);

Fragment Part(uint16_t offset, bool more) { return {1, offset, 34, more}; }

FragmentKey KeyWithId(uint32_t id) {
  return {*ParseAddress("198.18.0.2"), *ParseAddress("198.18.0.10"), id, 0, Side::kOutside};
}

TEST(Datagram, IsCompleteWhenEveryByteCame) {
  Datagram datagram;
  EXPECT_EQ(datagram.Add(Part(0, true), 80), Arrival::kNew);
  EXPECT_EQ(datagram.Add(Part(20, false), 5), Arrival::kNew);
  EXPECT_FALSE(datagram.IsComplete());
  EXPECT_EQ(datagram.Add(Part(10, true), 80), Arrival::kNew);
  EXPECT_TRUE(datagram.IsComplete());
  EXPECT_EQ(datagram.length(), 165u);
}

TEST(Datagram, NothingFitsBehindTheLastOne) {
  Datagram datagram;
  EXPECT_EQ(datagram.Add(Part(10, false), 80), Arrival::kNew);
  EXPECT_EQ(datagram.Add(Part(20, true), 8), Arrival::kOverlap);
  Datagram other;
  EXPECT_EQ(other.Add(Part(10, false), 80), Arrival::kNew);
  EXPECT_EQ(other.Add(Part(0, false), 8), Arrival::kOverlap);
  Datagram late;
  EXPECT_EQ(late.Add(Part(30, true), 40), Arrival::kNew);
  EXPECT_EQ(late.Add(Part(20, false), 40), Arrival::kOverlap);
}

// Against one flag per byte.
TEST(Datagram, OverlapsAreSeenInAnyOrder) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    Datagram datagram;
    std::vector<bool> bytes(65536);
    bool overlapped = false;
    for (int i = 0; i < 20; ++i) {
      const auto offset = static_cast<uint16_t>(random() % 400);
      const auto length = static_cast<uint32_t>(8 + random() % (round % 2 ? 8 : 1200) * 8);
      uint32_t known = 0;
      for (uint32_t at = offset * 8u; at < offset * 8u + length; ++at) known += bytes[at];
      overlapped = overlapped || (known != 0 && known != length);
      const Arrival expected = overlapped   ? Arrival::kOverlap
                               : known != 0 ? Arrival::kRepeated
                                            : Arrival::kNew;
      ASSERT_EQ(datagram.Add(Part(offset, true), length), expected);
      for (uint32_t at = offset * 8u; at < offset * 8u + length; ++at) bytes[at] = true;
    }
  }
}

// Whatever the one before in its place has left.
TEST(Datagram, BeginsEmpty) {
  Datagram datagram;
  for (const uint32_t length : {65528u, 8u, 512u, 520u, 8896u}) {
    EXPECT_EQ(datagram.Add(Part(0, true), length), Arrival::kNew) << length;
    EXPECT_EQ(datagram.Add(Part(0, true), length + 8), Arrival::kOverlap);
    datagram.sum.Add16(1);
    datagram.Begin(KeyWithId(length));
    EXPECT_EQ(datagram.key, KeyWithId(length));
    EXPECT_EQ(datagram.sum.Folded(), 0);
  }
  EXPECT_EQ(datagram.Add(Part(1, false), 65520), Arrival::kNew) << "no bit is left";
  EXPECT_FALSE(datagram.IsComplete());
  EXPECT_EQ(datagram.Add(Part(0, true), 8), Arrival::kNew);
  EXPECT_TRUE(datagram.IsComplete());
}

TEST(FragmentTable, FindsForItsTimeOnly) {
  FragmentTable table({1, 2});
  table.Insert(KeyWithId(7), kNow).id = 9;
  ASSERT_NE(table.Find(KeyWithId(7), kNow), nullptr);
  EXPECT_EQ(table.Find(KeyWithId(7), kNow)->id, 9);
  EXPECT_EQ(table.Find(KeyWithId(8), kNow), nullptr);
  FragmentKey inside = KeyWithId(7);
  inside.side = Side::kInside;
  EXPECT_EQ(table.Find(inside, kNow), nullptr);
  EXPECT_NE(table.Find(KeyWithId(7), kNow + kFragmentLife - Milliseconds(1)), nullptr);
  EXPECT_EQ(table.Find(KeyWithId(7), kNow + kFragmentLife), nullptr);
  table.Erase(*table.Find(KeyWithId(7), kNow));
  EXPECT_EQ(table.Find(KeyWithId(7), kNow), nullptr);
}

// The oldest makes room: of few there is place for all, of many for the latest.
TEST(FragmentTable, OldestMakesRoom) {
  FragmentTable table({1, 2});
  constexpr uint32_t kMany = 100000;
  for (uint32_t id = 0; id < kMany; ++id) {
    table.Insert(KeyWithId(id), kNow + Milliseconds(id / 100));
    ASSERT_NE(table.Find(KeyWithId(id), kNow), nullptr);
  }
  uint32_t found = 0;
  for (uint32_t id = kMany - 256; id < kMany; ++id) found += table.Find(KeyWithId(id), kNow) != 0;
  EXPECT_GT(found, 240u);
}

}  // namespace
}  // namespace synsplice::test
