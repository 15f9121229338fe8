#include "io/host/overload.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

void FullRounds(Overload& overload, int count, bool loses) {
  for (int i = 0; i < count; ++i) overload.Round(true, loses);
}

TEST(Overload, FullRoundsWithoutEndAndLosses) {
  Overload overload;
  FullRounds(overload, Overload::kFullRounds - 1, true);
  EXPECT_FALSE(overload.ConnectionsFirst());
  overload.Round(true, true);
  EXPECT_TRUE(overload.ConnectionsFirst());
}

// It was away, and has the time to answer what waits.
TEST(Overload, WhoReachesTheEndOfTheQueueIsNotTooSlow) {
  Overload overload;
  for (int i = 0; i < 10; ++i) {
    FullRounds(overload, Overload::kFullRounds - 1, true);
    overload.Round(false, true);
    EXPECT_FALSE(overload.ConnectionsFirst());
  }
}

TEST(Overload, WhoLosesNothingIsNotTooSlow) {
  Overload overload;
  FullRounds(overload, 3 * Overload::kFullRounds, false);
  EXPECT_FALSE(overload.ConnectionsFirst());
}

TEST(Overload, LastsAsLongAsTheLosses) {
  Overload overload;
  FullRounds(overload, Overload::kFullRounds, true);
  overload.Round(false, true);
  EXPECT_TRUE(overload.ConnectionsFirst());
  overload.Round(false, false);
  EXPECT_FALSE(overload.ConnectionsFirst());
  overload.Round(false, true);
  EXPECT_FALSE(overload.ConnectionsFirst());
}

}  // namespace
}  // namespace synsplice
