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
  uint64_t v0[kMacLanes], v1[kMacLanes], v2[kMacLanes], v3[kMacLanes];  // state after the prefix
  uint64_t words[kMacSuffixWords][kMacLanes];
};

// Absorbs the words into each lane's state and writes the eight results. Chooses AVX-512 or AVX2
// code at run time: Debian compiles for a baseline CPU.
void MacLanes(const MacLaneInput& input, uint64_t (&results)[kMacLanes]);

}  // namespace synsplice
