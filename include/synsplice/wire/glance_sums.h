// Both checksums of a segment without payload in the plain layout, in a few wide additions.
#pragma once

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/glance.h"

namespace synsplice {

namespace glance_sums {

// Bytes from an even offset on; `length` is a multiple of four.
[[gnu::always_inline]] inline void AddWords(const uint8_t* from, uint32_t length, WideSum& sum) {
  const uint8_t* const end = from + (length & ~7u);
  for (; from != end; from += 8) sum.Add(NativeAt<uint64_t>(from));
  if (length & 4) sum.Add(NativeAt<uint32_t>(from));
}
// The same without a loop.
template <uint32_t kLength>
[[gnu::always_inline]] inline void AddWords(const uint8_t* from, WideSum& sum) {
#pragma GCC unroll 8
  for (uint32_t at = 0; at + 8 <= kLength; at += 8) sum.Add(NativeAt<uint64_t>(from + at));
  if (kLength & 4) sum.Add(NativeAt<uint32_t>(from + (kLength & ~7u)));
}

// Protocol and length, each a word.
constexpr uint64_t EndOfPseudoHeader(uint32_t length) {
  return __builtin_bswap32(kProtocolTcp) + uint64_t{__builtin_bswap32(length)};
}

// The addresses stand in front of TCP, as in its pseudo-header.
template <bool kV6>
[[gnu::always_inline]] inline bool AreRight(const Glance& glance) {
  constexpr uint32_t kUsualSyn = 40;
  const uint8_t *ip = glance.ip, *tcp = ip + IpHeaderLength(kV6);
  const uint32_t length = glance.segment_length;
  WideSum addresses;
  AddWords<2 * AddressLength(kV6)>(ip + SourceOffset(kV6), addresses);
  if (!kV6) {
    WideSum header = addresses;
    AddWords<SourceOffset(false)>(ip, header);
    if (!header.IsMinusZero()) return false;
  }
  WideSum segment = addresses;
  if (length == kUsualSyn) {
    segment.Add(EndOfPseudoHeader(kUsualSyn));
    AddWords<kUsualSyn>(tcp, segment);
  } else {
    segment.Add(EndOfPseudoHeader(length));
    AddWords(tcp, length, segment);
  }
  return segment.IsMinusZero();
}

}  // namespace glance_sums

// REQUIRES: no payload.
[[gnu::always_inline]] inline bool SumsAreRight(const Glance& glance) {
  return glance.v6 ? glance_sums::AreRight<true>(glance) : glance_sums::AreRight<false>(glance);
}

}  // namespace synsplice
