// Both checksums of a segment without payload in the plain layout, in a few wide additions.
#pragma once

#include "synsplice/wire/glance.h"

namespace synsplice {

namespace glance_sums {

constexpr uint64_t kLow = 0xffffffffu;

[[gnu::always_inline]] inline uint64_t Halves(uint64_t word) {
  return (word & kLow) + (word >> 32);
}

// Whether what the words add up to is minus zero of one's complement: nothing was damaged.
// REQUIRES: not all of them were zero.
[[gnu::always_inline]] inline bool IsMinusZero(uint64_t sum) { return sum % 0xffff == 0; }

typedef uint64_t Lanes __attribute__((vector_size(16)));

// Of 32-bit words; `length` is a multiple of four, up to 124.
[[gnu::always_inline]] inline uint64_t SumOfWords(const uint8_t* from, uint32_t length) {
  Lanes low{}, high{};
  const uint8_t* const end = from + (length & ~15u);
  for (; from != end; from += sizeof(Lanes)) {
    const Lanes words = NativeAt<Lanes>(from);
    low += words & kLow;
    high += words >> 32;
  }
  low += high;
  uint64_t sum = low[0] + low[1];
  if (length & 8) sum += Halves(NativeAt<uint64_t>(from)), from += 8;
  if (length & 4) sum += NativeAt<uint32_t>(from);
  return sum;
}

// The addresses stand in front of TCP, as in its pseudo-header.
template <bool kV6>
[[gnu::always_inline]] inline bool AreRight(const Glance& glance) {
  const uint8_t* ip = glance.ip;
  if (!kV6) {
    const uint64_t sum = Halves(NativeAt<uint64_t>(ip)) + NativeAt<uint32_t>(ip + 8) +
                         Halves(NativeAt<uint64_t>(ip + 12));
    if (!IsMinusZero(sum)) return false;
  }
  constexpr uint32_t kAddresses = 2 * AddressLength(kV6);
  const uint64_t pseudo =
      __builtin_bswap32(kProtocolTcp) + uint64_t{__builtin_bswap32(glance.segment_length)};
  return IsMinusZero(SumOfWords(ip + SourceOffset(kV6), kAddresses + glance.segment_length) +
                     pseudo);
}

}  // namespace glance_sums

// REQUIRES: no payload.
[[gnu::always_inline]] inline bool SumsAreRight(const Glance& glance) {
  return glance.v6 ? glance_sums::AreRight<true>(glance) : glance_sums::AreRight<false>(glance);
}

}  // namespace synsplice
