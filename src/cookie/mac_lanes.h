// The suffix of the cookie MAC for several cookies at once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synsplice/base/siphash.h"
#include "synsplice/cookie/cookie_jar.h"

namespace synsplice {

inline constexpr size_t kMacLanes = 8;
// So many, as a quiet service has them, are cheaper one by one.
inline constexpr size_t kFewMacs = 2;

// One column per lane, so that a row fills a vector register.
struct MacLaneInput {
  const SipState<uint64_t>* states[kMacLanes];  // after the prefix
  // All states are one, or for the lanes whose bits are in `others` another one, as under most
  // floods: states[0] and `other` then say all.
  bool alike;
  uint8_t others;
  const SipState<uint64_t>* other;
  const uint64_t* rows[kMacSuffixWords];  // of kMacLanes words
};

// Absorbs the words into the state of each of the first `lanes` and writes as many of kMacLanes
// results; those behind are undefined. Several at once by AVX-512 or AVX2 code, chosen at run time
// (Debian compiles for a baseline CPU). Of kFewMacs or fewer only the first `lanes` states and
// words are read.
void MacLanes(const MacLaneInput& input, size_t lanes, uint64_t* results);

}  // namespace synsplice
