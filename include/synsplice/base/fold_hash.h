// A keyed hash of a few words at one multiplication a word, for tables and sketches.
//
// Not a MAC: nothing that an outsider can see may be made of its results, and whoever meets a
// collision by chance gains one. In a table with bounded buckets that is one entry of them.
#pragma once

#include <cstdint>

#include "synsplice/base/siphash.h"

namespace synsplice {

// 64 x 64 -> 128 bits, both halves together: every bit of the product counts.
inline uint64_t FoldedProduct(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product >> 64) ^ static_cast<uint64_t>(product);
}

// One multiplication alone would leave neighbours side by side. `key` is secret; the constants, odd
// bit patterns without structure, make up for one of few bits, as tests have.
inline uint64_t FoldHash(const SipKey& key, uint64_t a, uint64_t b, uint64_t c) {
  const uint64_t k0 = key.k0 ^ 0xa0761d6478bd642fu, k1 = key.k1 ^ 0xe7037ed1a0b428dbu;
  return FoldedProduct(FoldedProduct(a ^ k0, b ^ k1) ^ c ^ k1, k0 | 1);
}

inline uint64_t FoldHash(const SipKey& key, uint64_t word) { return FoldHash(key, 0, word, 0); }

}  // namespace synsplice
