// Rule 31: whoever has completed a handshake has no limit for a while.
#include "synsplice/limit/reflection_limit.h"

#include <gtest/gtest.h>

#include "limit/clock_and_key.h"

namespace synsplice {
namespace {

TEST(ReflectionLimitTest, ProvenPrefixesAreExempt) {
  constexpr uint64_t kOne = 0xffff00000100u, kOther = 0xffff00000200u;
  ReflectionLimit limit(3, Seconds(600), kKey, kStart);
  const auto take_all = [&](uint64_t prefix, Time now) {
    int taken = 0;
    for (int i = 0; i < 100; ++i) taken += limit.Take(prefix, now);
    return taken;
  };
  EXPECT_EQ(take_all(kOne, kStart), 3);
  limit.Exempt(kOne, kStart);
  EXPECT_EQ(take_all(kOne, kStart), 100);
  EXPECT_EQ(take_all(kOne, kStart + Seconds(600)), 100);
  EXPECT_EQ(take_all(kOne, kStart + Seconds(601)), 3);
  EXPECT_EQ(take_all(kOther, kStart), 3);
}

}  // namespace
}  // namespace synsplice
