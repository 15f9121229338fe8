// The suffix of the cookie MAC for several cookies at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synsplice/base/siphash.h"

namespace synsplice {

inline constexpr size_t kMacLanes = 8;
inline constexpr size_t kMacSuffixWords = 4;

// One column per lane, so that a row fills a vector register.
struct alignas(64) MacLaneInput {
  const SipState<uint64_t>* states[kMacLanes];  // after the prefix
  bool one_state;                               // all the same one, as under most floods
  uint64_t words[kMacSuffixWords][kMacLanes];
};

// Absorbs the words into each lane's state and writes the eight results. Chooses AVX-512 or AVX2
// code at run time: Debian compiles for a baseline CPU.
void MacLanes(const MacLaneInput& input, uint64_t (&results)[kMacLanes]);

}  // namespace synsplice
