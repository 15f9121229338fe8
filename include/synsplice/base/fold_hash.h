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

// A secret key, ready for use. The constants, odd bit patterns without structure, make up for one
// of few bits, as tests have.
struct FoldKey {
  FoldKey(const SipKey& key)  // NOLINT: the same key
      : k0(key.k0 ^ 0xa0761d6478bd642fu), k1(key.k1 ^ 0xe7037ed1a0b428dbu), odd(k0 | 1) {}

  uint64_t k0, k1, odd;
};

// One multiplication alone would leave neighbours side by side.
inline uint64_t FoldHash(const FoldKey& key, uint64_t a, uint64_t b, uint64_t c) {
  return FoldedProduct(FoldedProduct(a ^ key.k0, b ^ key.k1) ^ c ^ key.k1, key.odd);
}

inline uint64_t FoldHash(const FoldKey& key, uint64_t word) { return FoldHash(key, 0, word, 0); }

}  // namespace synsplice
