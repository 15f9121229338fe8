// Rule 47: how lists come into the tables of the pre-filter, and what is left of them when the
// kernel refuses one.
#include "control/lists/prefilter_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <new>

namespace synsplice {
namespace {

using Tables = PrefilterTables;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kMany = 20'000;  // more than a piece

class Kernel : public Tables::Kernel {
 public:
  bool Begin(Tables::Table table, size_t prefixes) override {
    begun_[table] = {};
    room_[table] = prefixes;
    return Takes();
  }
  bool Add(Tables::Table table, std::span<const ListedPrefix> prefixes) override {
    if (std::exchange(throws, false)) throw std::bad_alloc();
    begun_[table].insert(begun_[table].end(), prefixes.begin(), prefixes.end());
    return Takes() && begun_[table].size() <= room_[table];
  }
  void Use(Tables::Table table) override {
    used[table] = begun_[table];
    order.push_back(table);
  }
  void Clear(Tables::Table table) override { used[table].clear(); }

  std::array<std::vector<ListedPrefix>, Tables::kCount> used;
  std::vector<Tables::Table> order;  // in which they came into use
  int refuses_after = -1;            // so many calls are answered
  bool throws = false;               // once

 private:
  bool Takes() {
    if (refuses_after < 0 || refuses_after-- > 0) return true;
    errno = ENOMEM;
    return false;
  }
  std::array<std::vector<ListedPrefix>, Tables::kCount> begun_;
  std::array<size_t, Tables::kCount> room_{};
};

class PrefilterTablesTest : public testing::Test {
 protected:
  static std::vector<ListedPrefix> Prefixes(size_t count) {
    std::vector<ListedPrefix> prefixes;
    for (size_t i = 0; i < count; ++i) {
      prefixes.push_back({Address::V4(static_cast<uint32_t>(i)), 128, 1, Tier::kBlock});
    }
    return prefixes;
  }
  void Replace(Tables::Table table, size_t count) {
    tables_.Replace(kernel_, table, Prefixes(count));
  }
  bool Work() { return tables_.Work(kernel_, now_); }
  void Finish() {
    for (int i = 0; i < 100 && Work(); ++i) continue;
    EXPECT_FALSE(Work());
  }
  size_t Used(Tables::Table table) const { return kernel_.used[table].size(); }

  Kernel kernel_;
  Tables tables_;
  Tables::SteadyTime now_{};
};

TEST_F(PrefilterTablesTest, TakeTheirPlaceWhole) {
  Replace(Tables::kFiles, kMany);
  EXPECT_TRUE(Work());
  EXPECT_EQ(Used(Tables::kFiles), 0u);
  Finish();
  EXPECT_EQ(kernel_.used[Tables::kFiles], Prefixes(kMany));
}

TEST_F(PrefilterTablesTest, ChangesAtEveryTurnKeepNoTableOut) {
  Replace(Tables::kFiles, kMany);
  for (size_t i = 0; i < 1000; ++i) {
    Replace(Tables::kEntries, kMany + i);
    ASSERT_TRUE(Work());
  }
  EXPECT_EQ(Used(Tables::kFiles), kMany);
  EXPECT_GT(Used(Tables::kEntries), kMany + 900);
  Finish();
  EXPECT_EQ(Used(Tables::kEntries), kMany + 999);
}

TEST_F(PrefilterTablesTest, ATableOfNothingIsClearedAtOnceAlsoWhileItIsFilled) {
  Replace(Tables::kEntries, 3);
  Finish();
  Replace(Tables::kEntries, kMany);
  Work();
  Replace(Tables::kEntries, 0);
  EXPECT_EQ(Used(Tables::kEntries), 0u);
  EXPECT_FALSE(Work());
}

TEST_F(PrefilterTablesTest, FilesDoNotComeIntoUseBeforeTheEntriesThatMayAllow) {
  Replace(Tables::kFiles, 3);
  Replace(Tables::kEntries, kMany);
  Finish();
  EXPECT_THAT(kernel_.order, ElementsAre(Tables::kEntries, Tables::kFiles));
}

TEST_F(PrefilterTablesTest, ARefusalLeavesNeitherTable) {
  for (const int refuses_after : {0, 1, 2}) {
    for (const auto refused : {Tables::kEntries, Tables::kFiles}) {
      kernel_.refuses_after = -1;
      Replace(Tables::kEntries, 3);
      Replace(Tables::kFiles, 3);
      Finish();
      EXPECT_EQ(tables_.TakeError(), 0);
      kernel_.refuses_after = refuses_after;
      Replace(refused, kMany);
      Finish();
      EXPECT_EQ(Used(Tables::kEntries) + Used(Tables::kFiles), 0u);
      EXPECT_EQ(tables_.TakeError(), ENOMEM);
    }
  }
}

TEST_F(PrefilterTablesTest, AllAreWantedOnceSomeTimeAfterARefusal) {
  EXPECT_FALSE(tables_.WantsAll(now_ + std::chrono::hours(1)));
  kernel_.refuses_after = 0;
  Replace(Tables::kEntries, 3);
  Finish();
  EXPECT_FALSE(tables_.WantsAll(now_ + std::chrono::seconds(29)));
  EXPECT_TRUE(tables_.HasFailed());
  EXPECT_TRUE(tables_.WantsAll(now_ + std::chrono::seconds(30)));
  EXPECT_FALSE(tables_.HasFailed());
  EXPECT_FALSE(tables_.WantsAll(now_ + std::chrono::hours(1)));
}

TEST_F(PrefilterTablesTest, TheyAreWholeWhenEachIsInUseOrEmpty) {
  EXPECT_TRUE(tables_.AreWhole());
  Replace(Tables::kFiles, kMany);
  Work();
  EXPECT_FALSE(tables_.AreWhole());
  Finish();
  EXPECT_TRUE(tables_.AreWhole());
  Replace(Tables::kFiles, kMany);
  EXPECT_TRUE(tables_.AreWhole());
  Replace(Tables::kEntries, 1);
  EXPECT_FALSE(tables_.AreWhole());
}

TEST_F(PrefilterTablesTest, WithoutMemoryForAPieceItComesAgain) {
  Replace(Tables::kFiles, kMany);
  Work();
  kernel_.throws = true;
  EXPECT_THROW(Work(), std::bad_alloc);
  Finish();
  EXPECT_EQ(kernel_.used[Tables::kFiles], Prefixes(kMany));
}

}  // namespace
}  // namespace synsplice
