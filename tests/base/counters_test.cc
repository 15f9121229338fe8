#include "synsplice/base/counters.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace synsplice {
namespace {

TEST(Counters, EveryCounterIsItsOwn) {
  Counters counters;
  for (size_t i = 0; i < kEventCount; ++i) counters.Count(static_cast<Event>(i), i + 1);
  for (size_t i = 0; i < kReasonCount; ++i) {
    for (size_t n = 0; n <= i; ++n) counters.Count(static_cast<Reason>(i));
  }
  for (size_t i = 0; i < kEventCount; ++i) EXPECT_EQ(counters.Get(static_cast<Event>(i)), i + 1);
  for (size_t i = 0; i < kReasonCount; ++i) EXPECT_EQ(counters.Get(static_cast<Reason>(i)), i + 1);
}

TEST(Counters, LabelsAreUniqueSnakeCase) {
  std::set<std::string> seen;
  const auto check = [&seen](std::string_view label) {
    EXPECT_TRUE(seen.insert(std::string(label)).second) << label;
    EXPECT_EQ(label.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << label;
  };
  for (const auto label : kEventLabels) check(label);
  for (const auto label : kReasonLabels) check(label);
}

// Reasons that only a shell can give: they share the list so that one table shows every drop.
TEST(Reason, ShellReasonsHaveLabels) {
  EXPECT_EQ(Label(Reason::kTxFull), "tx_full");
  EXPECT_EQ(Label(Reason::kNoBuffer), "no_buffer");
  EXPECT_EQ(Label(Reason::kRingFull), "ring_full");
  EXPECT_EQ(Label(Reason::kMultiSegment), "multi_segment");
  EXPECT_EQ(Label(Reason::kNone), "none");
}

}  // namespace
}  // namespace synsplice
