#include "synsplice/proxy/neighbour_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace synsplice::test {
namespace {

constexpr Time kNow = FromMilliseconds(1700000000000);
const Mac kMac = *ParseMac("02:00:00:00:00:0b");
const Mac kOtherMac = *ParseMac("02:00:00:00:00:0d");

class NeighbourTableTest : public ::testing::Test {
 protected:
  std::unique_ptr<NeighbourTable> table_ = std::make_unique<NeighbourTable>();
};

TEST_F(NeighbourTableTest, KeyedByVidsAndNeighbour) {
  EXPECT_EQ(table_->Find({1, 2}, 3), std::nullopt);
  EXPECT_TRUE(table_->Learn({1, 2}, 3, kMac, kNow));
  EXPECT_EQ(table_->Find({1, 2}, 3), kMac);
  EXPECT_EQ(table_->Find({2, 1}, 3), std::nullopt);
  EXPECT_EQ(table_->Find({1, 0}, 3), std::nullopt);
  EXPECT_EQ(table_->Find({1, 2}, 4), std::nullopt);
}

TEST_F(NeighbourTableTest, LearnTellsChanges) {
  const uint64_t generation = table_->generation();
  EXPECT_TRUE(table_->Learn({}, 1, kMac, kNow));
  EXPECT_FALSE(table_->Learn({}, 1, kMac, kNow));
  EXPECT_EQ(table_->generation(), generation + 1);
  EXPECT_TRUE(table_->Learn({}, 1, kOtherMac, kNow));
  EXPECT_EQ(table_->Find({}, 1), kOtherMac);
  EXPECT_EQ(table_->generation(), generation + 2);
}

TEST_F(NeighbourTableTest, RequestsAreOncePerInterval) {
  EXPECT_TRUE(table_->ShouldRequest({}, 1, kNow));
  EXPECT_FALSE(table_->ShouldRequest({}, 1, kNow + Milliseconds(999)));
  EXPECT_TRUE(table_->WasRequested({}, 1, kNow + Milliseconds(999)));
  EXPECT_TRUE(table_->ShouldRequest({}, 1, kNow + Milliseconds(1000)));
  EXPECT_TRUE(table_->ShouldRequest({5, 0}, 1, kNow));
  EXPECT_FALSE(table_->WasRequested({}, 2, kNow));
}

TEST_F(NeighbourTableTest, KnownOnesAreAskedAgainLater) {
  EXPECT_TRUE(table_->ShouldRequest({}, 1, kNow));
  table_->Learn({}, 1, kMac, kNow);
  EXPECT_FALSE(table_->ShouldRequest({}, 1, kNow + Seconds(29)));
  EXPECT_TRUE(table_->ShouldRequest({}, 1, kNow + Seconds(30)));
  EXPECT_EQ(table_->Find({}, 1), kMac) << "still good while we ask";
}

TEST_F(NeighbourTableTest, FullTableAnswersNoMore) {
  uint32_t learned = 0;
  for (uint32_t i = 0; i < 2 * NeighbourTable::kEntries; ++i) {
    learned += table_->Learn(Vids::Unpack(i), 1, kMac, kNow);
  }
  EXPECT_LE(learned, NeighbourTable::kEntries);
  EXPECT_GT(learned, NeighbourTable::kEntries * 3 / 4);
}

TEST_F(NeighbourTableTest, WorkersMayLearnAtTheSameTime) {
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 2; ++worker) {
    workers.emplace_back([this] {
      for (uint16_t i = 1; i < 2000; ++i) table_->Learn({}, i, kMac, kNow);
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (uint16_t i = 1; i < 2000; ++i) ASSERT_EQ(table_->Find({}, i), kMac) << i;
  EXPECT_EQ(table_->generation(), 1999u);
}

}  // namespace
}  // namespace synsplice::test
