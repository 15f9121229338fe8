#include "synsplice/lists/network_sieve.h"

#include <gtest/gtest.h>

#include <random>

#include "synsplice/base/address.h"

namespace synsplice {
namespace {

using Range = NetworkSieve::Range;

// The half that AddressWords has.
uint64_t V4(uint32_t address) { return AddressWords(Address::V4(address)).low; }
uint64_t V6(uint64_t bits) { return __builtin_bswap64(bits); }
Range RangeV4(uint32_t first, uint32_t last) {
  return {uint64_t{first} << 32, uint64_t{last} << 32 | UINT32_MAX};
}

NetworkSieve SieveOf(const std::vector<Range>& ranges, bool v4) { return NetworkSieve(ranges, v4); }

TEST(NetworkSieve, HoldsNothingAtFirst) {
  for (const NetworkSieve& sieve : {NetworkSieve(), SieveOf({}, false)}) {
    for (uint64_t i = 0; i < 10000; ++i) ASSERT_FALSE(sieve.MayHold(i * 0x123456789abcdef));
  }
}

TEST(NetworkSieve, HoldsWhatWasAdded) {
  const auto v4 = SieveOf({RangeV4(7, 7), RangeV4(0x0a00fffe, 0x0a010001),
                           RangeV4(0x0b00fffe, 0x0b020001), RangeV4(0xfffffff0, 0xffffffff)},
                          true);
  for (const uint32_t address :
       {7u, 0x0a00fffeu, 0x0a00ffffu, 0x0a010000u, 0x0a010001u, 0x0b00fffeu, 0x0b010000u,
        0x0b018000u, 0x0b020001u, 0xfffffff0u, 0xffffffffu}) {
    EXPECT_TRUE(v4.MayHold(V4(address))) << address;
  }
  for (const uint32_t address : {6u, 8u, 0x0a00fffdu, 0x0a010002u, 0x0b020002u, 0xffffffefu}) {
    EXPECT_FALSE(v4.MayHold(V4(address))) << address;
  }
  const auto v6 =
      SieveOf({{5, 5}, {uint64_t{3} << 48, (uint64_t{5} << 48) - 1}, {~0ull, ~0ull}}, false);
  for (const uint64_t key : {uint64_t{5}, uint64_t{3} << 48, uint64_t{9} << 47, ~uint64_t{0}}) {
    EXPECT_TRUE(v6.MayHold(V6(key))) << key;
  }
  EXPECT_FALSE(v6.MayHold(V6(uint64_t{5} << 48)));
  EXPECT_TRUE(SieveOf({{0, ~0ull}}, false).MayHold(77));
}

// Of as many addresses as there are: those of the same /24 pass no more than others.
TEST(NetworkSieve, TakesFewOthersForThem) {
  std::vector<Range> ranges;
  for (uint32_t i = 0; i < 100000; ++i) ranges.push_back(RangeV4(i << 8, i << 8));
  const NetworkSieve sieve(ranges, true);
  int taken = 0;
  for (uint32_t i = 0; i < 100000; ++i) taken += sieve.MayHold(V4((i << 8) + 1 + i % 255));
  EXPECT_LT(taken, 1000);
}

// A million /24 and some addresses: 256 million addresses would be too many to tell apart.
TEST(NetworkSieve, NetworksAreAsLargeAsTheyMust) {
  std::vector<Range> ranges;
  for (uint32_t i = 0; i < 1000000; ++i) ranges.push_back(RangeV4(i << 10, (i << 10) + 255));
  const NetworkSieve sieve(ranges, true);
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
    ranges.push_back({i << 49, (i << 49) + (uint64_t{1} << 47)});
  }
  EXPECT_TRUE(NetworkSieve(ranges, false).MayHold(~uint64_t{0}));
}

// By whatever instructions: of each the same as alone.
TEST(NetworkSieve, ManyAtOnce) {
  std::mt19937_64 random(1);
  for (const bool v4 : {true, false}) {
    std::vector<Range> ranges;
    for (int i = 0; i < 3000; ++i) {
      const uint64_t first = v4 ? random() >> 32 << 32 : random();
      ranges.push_back({first, v4 ? first | UINT32_MAX : first});
    }
    const uint64_t wide = uint64_t{0x2001} << 48;
    ranges.push_back({wide, wide + (uint64_t{1} << 48) - 1});
    const NetworkSieve sieve(ranges, v4);
    alignas(32) uint64_t halves[64];
    for (int turn = 0; turn < 100; ++turn) {
      for (uint64_t& half : halves) {
        const uint64_t bits = random() % 4 == 0 ? wide + (random() >> 16)
                              : random() % 2    ? ranges[random() % 3000].first
                                                : random();
        half = v4 ? V4(static_cast<uint32_t>(bits >> 32)) : V6(bits);
      }
      const size_t count = 1 + random() % 64;
      const uint64_t may = sieve.MayHold(halves, count);
      for (size_t i = 0; i < count; ++i) ASSERT_EQ(may >> i & 1, sieve.MayHold(halves[i]));
    }
  }
}

TEST(NetworkSieve, TellsFamiliesApart) {
  alignas(32) uint64_t high[64] = {}, low[64] = {};
  uint64_t expected = 0;
  for (size_t i = 0; i < 64; ++i) {
    const AddressWords words = *ParseAddress(i % 3 == 0   ? "198.18.0.1"
                                             : i % 3 == 1 ? "2001:db8::1"
                                                          : "::1");
    high[i] = words.high, low[i] = words.low;
    expected |= uint64_t{i % 3 == 0} << i;
  }
  EXPECT_EQ(V4In({high, low, 64}), expected);
  EXPECT_EQ(V4In({high, low, 5}) & 31, expected & 31);
}

}  // namespace
}  // namespace synsplice
