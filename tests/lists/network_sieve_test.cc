#include "synsplice/lists/network_sieve.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using Range = NetworkSieve::Range;

constexpr SieveKey V4(uint32_t address) { return SieveKey{address} << 32; }
Range RangeV4(uint32_t first, uint32_t last) { return {V4(first), V4(last) | UINT32_MAX}; }

NetworkSieve SieveOf(const std::vector<Range>& ranges, unsigned finest) {
  return NetworkSieve(ranges, finest);
}

TEST(NetworkSieve, HoldsNothingAtFirst) {
  for (const NetworkSieve& sieve : {NetworkSieve(), SieveOf({}, 32)}) {
    for (uint64_t i = 0; i < 10000; ++i) ASSERT_FALSE(sieve.MayHold(i * 0x123456789abcdef));
  }
}

TEST(NetworkSieve, HoldsWhatWasAdded) {
  const auto v4 = SieveOf({RangeV4(7, 7), RangeV4(0x0a00fffe, 0x0a010001),
                           RangeV4(0x0b00fffe, 0x0b020001), RangeV4(0xfffffff0, 0xffffffff)},
                          32);
  for (const uint32_t address :
       {7u, 0x0a00fffeu, 0x0a00ffffu, 0x0a010000u, 0x0a010001u, 0x0b00fffeu, 0x0b010000u,
        0x0b018000u, 0x0b020001u, 0xfffffff0u, 0xffffffffu}) {
    EXPECT_TRUE(v4.MayHold(V4(address))) << address;
  }
  for (const uint32_t address : {6u, 8u, 0x0a00fffdu, 0x0a010002u, 0x0b020002u, 0xffffffefu}) {
    EXPECT_FALSE(v4.MayHold(V4(address))) << address;
  }
  const auto v6 =
      SieveOf({{5, 5}, {SieveKey{3} << 48, (SieveKey{5} << 48) - 1}, {~0ull, ~0ull}}, 64);
  for (const SieveKey key : {SieveKey{5}, SieveKey{3} << 48, SieveKey{9} << 47, ~SieveKey{0}}) {
    EXPECT_TRUE(v6.MayHold(key)) << key;
  }
  EXPECT_FALSE(v6.MayHold(SieveKey{5} << 48));
  EXPECT_TRUE(SieveOf({{0, ~0ull}}, 64).MayHold(77));
}

// Of as many addresses as there are: those of the same /24 pass no more than others.
TEST(NetworkSieve, TakesFewOthersForThem) {
  std::vector<Range> ranges;
  for (uint32_t i = 0; i < 100000; ++i) ranges.push_back(RangeV4(i << 8, i << 8));
  const NetworkSieve sieve(ranges, 32);
  int taken = 0;
  for (uint32_t i = 0; i < 100000; ++i) taken += sieve.MayHold(V4((i << 8) + 1 + i % 255));
  EXPECT_LT(taken, 1000);
}

// A million /24 and some addresses: 256 million addresses would be too many to tell apart.
TEST(NetworkSieve, NetworksAreAsLargeAsTheyMust) {
  std::vector<Range> ranges;
  for (uint32_t i = 0; i < 1000000; ++i) ranges.push_back(RangeV4(i << 10, (i << 10) + 255));
  const NetworkSieve sieve(ranges, 32);
  int taken = 0;
  for (uint32_t i = 0; i < 100000; ++i) {
    ASSERT_TRUE(sieve.MayHold(V4((i << 10) + i % 256)));
    taken += sieve.MayHold(V4((i << 10) + 256 + i % 768));
  }
  EXPECT_LT(taken, 2000);
}

TEST(NetworkSieve, WithTooManyAllPass) {
  std::vector<Range> ranges;
  for (uint64_t i = 0; i <= 1u << 12; ++i) {
    ranges.push_back({i << 49, (i << 49) + (SieveKey{1} << 47)});
  }
  EXPECT_TRUE(NetworkSieve(ranges, 64).MayHold(~SieveKey{0}));
}

}  // namespace
}  // namespace synsplice
