#include "cookie/mac_lanes.h"

#include <gtest/gtest.h>

#include "support/random.h"

namespace synsplice {
namespace {

// The vector lanes against the same hash one by one.
TEST(MacLanes, AgreesWithScalarSipHash) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1000; ++round) {
    MacLaneInput input;
    uint64_t expected[kMacLanes], results[kMacLanes];
    for (size_t lane = 0; lane < kMacLanes; ++lane) {
      auto state = StartSipHash({random(), random()});
      input.v0[lane] = state.v0, input.v1[lane] = state.v1;
      input.v2[lane] = state.v2, input.v3[lane] = state.v3;
      for (auto& row : input.words) state.Absorb<2>(row[lane] = random());
      state.Finish<4>(expected[lane]);
    }
    MacLanes(input, results);
    for (size_t lane = 0; lane < kMacLanes; ++lane) ASSERT_EQ(results[lane], expected[lane]);
  }
}

}  // namespace
}  // namespace synsplice
