#include "synsplice/base/siphash.h"

#include <gtest/gtest.h>

#include <vector>

namespace synsplice {
namespace {

SipKey CountingKey() {
  uint8_t bytes[16];
  for (int i = 0; i < 16; ++i) bytes[i] = static_cast<uint8_t>(i);
  return SipKey::FromBytes(bytes);
}

std::vector<uint8_t> CountingInput(size_t length) {
  std::vector<uint8_t> input(length);
  for (size_t i = 0; i < length; ++i) input[i] = static_cast<uint8_t>(i);
  return input;
}

// Aumasson, Bernstein 2012, appendix A, and the first of the reference vectors.
TEST(SipHash, KnownAnswers) {
  EXPECT_EQ((SipHash<2, 4>(CountingKey(), {})), 0x726fdb47dd0e0e31u);
  EXPECT_EQ((SipHash<2, 4>(CountingKey(), CountingInput(15))), 0xa129ca6149be45e5u);
}

TEST(SipHash, WordsAgreeWithBytes) {
  auto state = StartSipHash(CountingKey());
  state.Absorb<2>(0x0706050403020100u);
  state.Absorb<2>(uint64_t{15} << 56 | 0x0e0d0c0b0a0908u);
  uint64_t hash;
  state.Finish<4>(hash);
  EXPECT_EQ(hash, 0xa129ca6149be45e5u);
}

typedef uint64_t TwoLanes __attribute__((vector_size(16)));

TEST(SipHash, VectorLanesAreIndependent) {
  const SipKey key = CountingKey();
  const auto start = StartSipHash(key);
  SipState<TwoLanes> state{
      {start.v0, start.v0}, {start.v1, start.v1}, {start.v2, start.v2}, {start.v3, start.v3}};
  state.Absorb<2>(TwoLanes{uint64_t{0} << 56, uint64_t{1} << 56 | 0x55});
  TwoLanes hash;
  state.Finish<4>(hash);
  const uint8_t one[] = {0x55};
  EXPECT_EQ(hash[0], (SipHash<2, 4>(key, {})));
  EXPECT_EQ(hash[1], (SipHash<2, 4>(key, one)));
}

}  // namespace
}  // namespace synsplice
