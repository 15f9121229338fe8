#include "synsplice/limit/stream_summary.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "limit/clock_and_key.h"
#include "support/random.h"

namespace synsplice {
namespace {

constexpr size_t kPlaces = StreamSummary::kPlaces;

StreamSummary::Key KeyOf(uint32_t source, uint16_t service = 0) {
  return {Address::V4(source), service};
}

// A summary beside all that it should know.
class StreamSummaryTest : public testing::Test {
 protected:
  void Note(uint32_t source) {
    summary_.Note(KeyOf(source));
    ++counts_[source];
    ++noted_;
  }
  // The guarantees of Space-Saving, for every source that came.
  void ExpectGuarantees() const {
    EXPECT_LE(summary_.floor() * kPlaces, noted_);
    for (const auto& [source, count] : counts_) {
      const StreamSummary::Entry* entry = summary_.Find(KeyOf(source));
      if (!entry) {
        EXPECT_LE(count, summary_.floor()) << source;
        EXPECT_LE(count * kPlaces, noted_) << source;
        continue;
      }
      EXPECT_GE(entry->count, count) << source;
      EXPECT_LE(entry->count - entry->error, count) << source;
    }
    ExpectOrder();
  }
  // All that was noted is in the counts, the most frequent first.
  void ExpectOrder() const {
    uint64_t sum = 0;
    for (size_t rank = 0; rank < summary_.size(); ++rank) {
      sum += summary_.At(rank).count;
      EXPECT_LE(summary_.At(rank).count, summary_.At(rank == 0 ? 0 : rank - 1).count);
      EXPECT_EQ(summary_.Find(summary_.At(rank).key), &summary_.At(rank));
    }
    EXPECT_EQ(sum, noted_);
  }

  StreamSummary summary_{kKey};
  std::map<uint32_t, uint32_t> counts_;
  uint64_t noted_ = 0;
};

TEST_F(StreamSummaryTest, BeginsEmpty) {
  EXPECT_EQ(summary_.size(), 0u);
  EXPECT_EQ(summary_.floor(), 0u);
  EXPECT_EQ(summary_.Find(KeyOf(1)), nullptr);
}

TEST_F(StreamSummaryTest, AsManyAsThereArePlacesAreCountedExactly) {
  for (uint32_t i = 0; i < kPlaces; ++i) {
    for (uint32_t n = 0; n <= i % 7; ++n) Note(i);
  }
  EXPECT_EQ(summary_.size(), kPlaces);
  for (const auto& [source, count] : counts_) {
    EXPECT_EQ(summary_.Find(KeyOf(source))->count, count);
    EXPECT_EQ(summary_.Find(KeyOf(source))->error, 0u);
  }
  EXPECT_EQ(summary_.At(0).count, 7u);
  EXPECT_EQ(summary_.floor(), 1u);
  ExpectGuarantees();
}

TEST_F(StreamSummaryTest, OneMoreTakesThePlaceOfTheLeastFrequent) {
  for (uint32_t i = 0; i < kPlaces; ++i) {
    Note(i);
    if (i != 5) Note(i);
  }
  Note(1000);
  EXPECT_EQ(summary_.Find(KeyOf(5)), nullptr);
  EXPECT_EQ(summary_.Find(KeyOf(1000))->count, 2u);
  EXPECT_EQ(summary_.Find(KeyOf(1000))->error, 1u);
  ExpectGuarantees();
}

TEST_F(StreamSummaryTest, ServicesAreApart) {
  summary_.Note(KeyOf(1, 0));
  summary_.Note(KeyOf(1, 2));
  EXPECT_EQ(summary_.size(), 2u);
  EXPECT_EQ(summary_.Find(KeyOf(1, 1)), nullptr);
}

// Forged sources, each of which comes once, and two that send one in a hundred each.
TEST_F(StreamSummaryTest, WhatComesOftenKeepsItsPlaceInAFloodOfForgedSources) {
  std::mt19937_64 random(test::TestSeed());
  SCOPED_TRACE(test::SeedTrace(test::TestSeed()));
  for (uint32_t i = 0; i < 100'000; ++i) {
    Note(i % 50 == 0 ? i / 50 % 2 : static_cast<uint32_t>(random() >> 32) | 2);
  }
  for (const uint32_t source : {0u, 1u}) {
    const StreamSummary::Entry* entry = summary_.Find(KeyOf(source));
    ASSERT_NE(entry, nullptr);
    EXPECT_GE(entry->count - entry->error, 100u);
  }
  ExpectGuarantees();
}

TEST_F(StreamSummaryTest, TheGuaranteesHoldForAnyStream) {
  std::mt19937_64 random(test::TestSeed());
  SCOPED_TRACE(test::SeedTrace(test::TestSeed()));
  for (const uint32_t sources : {100u, 200u, 1'000u}) {
    summary_.Clear();
    counts_.clear();
    noted_ = 0;
    // Small numbers come more often.
    for (int i = 0; i < 50'000; ++i)
      Note(static_cast<uint32_t>(random() % (1 + random() % sources)));
    ExpectGuarantees();
  }
}

TEST_F(StreamSummaryTest, ClearForgetsAll) {
  for (uint32_t i = 0; i < 3 * kPlaces; ++i) Note(i);
  summary_.Clear();
  EXPECT_EQ(summary_.size(), 0u);
  EXPECT_EQ(summary_.Find(KeyOf(3 * kPlaces - 1)), nullptr);
  summary_.Note(KeyOf(7));
  EXPECT_EQ(summary_.At(0).count, 1u);
}

}  // namespace
}  // namespace synsplice
