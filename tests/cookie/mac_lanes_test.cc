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
    input.alike = round % 2;
    input.others = static_cast<uint8_t>(random() & ~1u);
    const SipState<uint64_t> one = StartSipHash({random(), random()}),
                             other = StartSipHash({random(), random()});
    input.other = &other;
    SipState<uint64_t> states[kMacLanes];
    uint64_t rows[kMacSuffixWords][kMacLanes];
    for (size_t i = 0; i < kMacSuffixWords; ++i) input.rows[i] = rows[i];
    uint64_t expected[kMacLanes], results[kMacLanes];
    for (size_t lane = 0; lane < kMacLanes; ++lane) {
      states[lane] = input.others >> lane & 1 ? other : one;
      if (!input.alike) states[lane] = StartSipHash({random(), random()});
      input.states[lane] = &states[lane];
      SipState<uint64_t> state = states[lane];
      for (auto& row : rows) state.Absorb<2>(row[lane] = random());
      state.Finish<4>(expected[lane]);
    }
    const size_t lanes = 1 + random() % kMacLanes;
    MacLanes(input, lanes, results);
    for (size_t lane = 0; lane < lanes; ++lane) ASSERT_EQ(results[lane], expected[lane]);
  }
}

}  // namespace
}  // namespace synsplice
