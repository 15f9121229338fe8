#include "synsplice/state/neighbour_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace synsplice::test {
namespace {

constexpr Time kStartOfTable = FromMilliseconds(1700000000000);
const Mac kMac = *ParseMac("02:00:00:00:00:0b");
const Mac kOtherMac = *ParseMac("02:00:00:00:00:0d");

class NeighbourTableTest : public ::testing::Test {
 protected:
  // Somebody needs the neighbour.
  bool Request(Vids vids, uint16_t neighbour, Time now = kStartOfTable) {
    return table_->ShouldRequest(vids, neighbour, now, false);
  }
  bool Learn(Vids vids, uint16_t neighbour, const Mac& mac = kMac, Time now = kStartOfTable) {
    return table_->Learn(vids, neighbour, mac, now);
  }

  std::unique_ptr<NeighbourTable> table_ = std::make_unique<NeighbourTable>();
};

TEST_F(NeighbourTableTest, KeyedByVidsAndNeighbour) {
  Request({1, 2}, 3), Request({2, 1}, 3), Request({1, 2}, 4);
  EXPECT_EQ(table_->Find({1, 2}, 3, kStartOfTable), std::nullopt);
  EXPECT_TRUE(Learn({1, 2}, 3));
  EXPECT_EQ(table_->Find({1, 2}, 3, kStartOfTable), kMac);
  EXPECT_EQ(table_->Find({2, 1}, 3, kStartOfTable), std::nullopt);
  EXPECT_EQ(table_->Find({1, 0}, 3, kStartOfTable), std::nullopt);
  EXPECT_EQ(table_->Find({1, 2}, 4, kStartOfTable), std::nullopt);
}

TEST_F(NeighbourTableTest, TellsWhatItHolds) {
  Request({1, 2}, 3);
  Learn({1, 2}, 3);
  std::vector<NeighbourTable::Known> all;
  const auto look = [&] {
    all.clear();
    for (size_t place = 0; place < NeighbourTable::kEntries; ++place) {
      if (const auto known = table_->At(place)) all.push_back(*known);
    }
  };
  look();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].vids, (Vids{1, 2}));
  EXPECT_EQ(all[0].neighbour, 3);
  EXPECT_EQ(all[0].mac, kMac);
  EXPECT_EQ(all[0].learned, kStartOfTable);
  EXPECT_EQ(all[0].used, kStartOfTable);
  table_->SuspectAll();
  look();
  EXPECT_EQ(all.at(0).mac, kMac);
  EXPECT_EQ(all[0].learned, std::nullopt);
}

// Rule 36: whoever speaks without being needed takes no place.
TEST_F(NeighbourTableTest, NothingIsLearnedUnasked) {
  for (uint32_t i = 0; i < 2 * NeighbourTable::kEntries; ++i) {
    ASSERT_FALSE(Learn(Vids::Unpack(i), 1)) << i;
  }
  EXPECT_EQ(table_->Find({}, 1, kStartOfTable), std::nullopt);
  EXPECT_TRUE(Request({5, 0}, 1));
  EXPECT_TRUE(Learn({5, 0}, 1));
}

TEST_F(NeighbourTableTest, LearnTellsChanges) {
  Request({}, 1);
  EXPECT_TRUE(Learn({}, 1));
  EXPECT_FALSE(Learn({}, 1));
  EXPECT_TRUE(Learn({}, 1, kOtherMac));
  EXPECT_EQ(table_->Find({}, 1, kStartOfTable), kOtherMac);
}

// Nobody waits for a MAC that is known: one that flaps wakes nobody.
TEST_F(NeighbourTableTest, GenerationTellsWhoBecomesKnown) {
  Request({}, 1), Request({}, 2);
  const uint64_t generation = table_->generation();
  Learn({}, 1);
  EXPECT_EQ(table_->generation(), generation + 1);
  Learn({}, 1, kOtherMac), Learn({}, 1, kMac);
  EXPECT_EQ(table_->generation(), generation + 1);
  Learn({}, 2);
  EXPECT_EQ(table_->generation(), generation + 2);
}

TEST_F(NeighbourTableTest, RequestsAreOncePerInterval) {
  EXPECT_TRUE(Request({}, 1));
  EXPECT_FALSE(Request({}, 1, kStartOfTable + Milliseconds(999)));
  EXPECT_TRUE(table_->WasRequested({}, 1, kStartOfTable + Milliseconds(999)));
  EXPECT_TRUE(Request({}, 1, kStartOfTable + Milliseconds(1000)));
  EXPECT_TRUE(Request({5, 0}, 1));
  EXPECT_FALSE(table_->WasRequested({}, 2, kStartOfTable));
}

TEST_F(NeighbourTableTest, KnownOnesAreAskedAgainLater) {
  EXPECT_TRUE(Request({}, 1));
  Learn({}, 1);
  EXPECT_FALSE(Request({}, 1, kStartOfTable + Seconds(29)));
  EXPECT_TRUE(Request({}, 1, kStartOfTable + Seconds(30)));
  EXPECT_EQ(table_->Find({}, 1, kStartOfTable), kMac) << "still good while we ask";
}

// Rule 36, RFC 4861 7.3: who is doubted is asked at once, but not more often than others.
TEST_F(NeighbourTableTest, DoubtedOnesAreAskedAtOnce) {
  EXPECT_TRUE(Request({}, 1));
  Learn({}, 1);
  EXPECT_FALSE(table_->ShouldRequest({}, 1, kStartOfTable + Milliseconds(999), true));
  EXPECT_TRUE(table_->ShouldRequest({}, 1, kStartOfTable + Milliseconds(1000), true));
  EXPECT_FALSE(table_->ShouldRequest({}, 1, kStartOfTable + Milliseconds(1999), true));
}

TEST_F(NeighbourTableTest, SuspectsAreAskedAtTheirNextUse) {
  Request({}, 1), Request({}, 2);
  Learn({}, 1), Learn({}, 2);
  const uint64_t suspicion = table_->suspicion();
  table_->SuspectAll();
  EXPECT_NE(table_->suspicion(), suspicion);
  EXPECT_EQ(table_->Find({}, 1, kStartOfTable), kMac) << "it may well be where it was";
  const Time later = kStartOfTable + Seconds(2);
  EXPECT_TRUE(Request({}, 1, later));
  Learn({}, 1, kMac, later);
  EXPECT_FALSE(Request({}, 1, later + Seconds(2))) << "it has answered";
  EXPECT_TRUE(Request({}, 2, later + Seconds(2)));
}

// A full table makes room: of those that are not used the longest unused entry goes.
TEST_F(NeighbourTableTest, LongestUnusedGivesItsPlace) {
  Request({}, 1);
  Learn({}, 1);
  const Time later = kStartOfTable + Seconds(10);
  for (uint32_t i = 1; i < 4 * NeighbourTable::kEntries; ++i) {
    const Time now = kStartOfTable + Milliseconds(i);
    ASSERT_TRUE(Request(Vids::Unpack(i), 1, now)) << i;
    ASSERT_TRUE(Learn(Vids::Unpack(i), 1, kMac, now));
    ASSERT_EQ(table_->Find({}, 1, now), kMac) << "in use all the time, " << i;
  }
  EXPECT_EQ(table_->Find({0, 1}, 1, later), std::nullopt) << "replaced";
}

// What somebody has just asked for must not be lost before it has answered.
TEST_F(NeighbourTableTest, WhoIsInUseStays) {
  uint32_t created = 0;
  for (uint32_t i = 0; i < 2 * NeighbourTable::kEntries; ++i)
    created += Request(Vids::Unpack(i), 1);
  EXPECT_LE(created, NeighbourTable::kEntries);
  EXPECT_GT(created, NeighbourTable::kEntries * 3 / 4);
  EXPECT_TRUE(Learn(Vids::Unpack(0), 1));
}

TEST_F(NeighbourTableTest, NewOwnerOfAPlaceKnowsNothing) {
  for (uint32_t i = 0; i < NeighbourTable::kEntries; ++i) {
    Request(Vids::Unpack(i), 1), Learn(Vids::Unpack(i), 1);
  }
  const Time later = kStartOfTable + Seconds(2);
  for (uint32_t i = 0; i < NeighbourTable::kEntries; ++i) {
    (void)Request(Vids::Unpack(i), 2, later);
    ASSERT_EQ(table_->Find(Vids::Unpack(i), 2, later), std::nullopt);
  }
}

TEST_F(NeighbourTableTest, WorkersMayLearnAtTheSameTime) {
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 2; ++worker) {
    workers.emplace_back([this] {
      for (uint16_t i = 1; i < 2000; ++i) Request({}, i), Learn({}, i);
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (uint16_t i = 1; i < 2000; ++i) ASSERT_EQ(table_->Find({}, i, kStartOfTable), kMac) << i;
  EXPECT_EQ(table_->generation(), 1999u);
}

}  // namespace
}  // namespace synsplice::test
