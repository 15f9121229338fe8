// The tags of one bucket of the flow table: what a look-up needs of eight entries, in 16 bytes.
//
// A tag is 13 bits of the key's hash, whether the entry is used, and whether the flow is away from
// home, in its other bucket. The last bit of each tag is not its own: the eight together count the
// flows whose home this is and that are away. While there are none, nobody has to look elsewhere.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace synsplice {

struct alignas(16) TagLine {
  static constexpr size_t kTags = 8;
  static constexpr uint16_t kUsed = 1, kAway = 2, kCountBit = 4;
  static constexpr uint16_t kHashBits = 0xfff8;

  uint16_t tags[kTags];

  // Entries as bits: entry i is bits 2i and 2i + 1.
  using Entries = uint32_t;
  static size_t First(Entries entries) {
    return static_cast<size_t>(std::countr_zero(entries)) / 2;
  }
  static Entries WithoutFirst(Entries entries) {
    entries &= entries - 1;
    return entries & (entries - 1);
  }
  static uint32_t Count(Entries entries) {
    return static_cast<uint32_t>(std::popcount(entries)) / 2;
  }

  // Those with this tag; of 0: those that are free.
  Entries Matches(uint16_t tag) const {
    const __m128i own = _mm_andnot_si128(_mm_set1_epi16(kCountBit), Line());
    const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(tag));
    return static_cast<Entries>(_mm_movemask_epi8(_mm_cmpeq_epi16(own, wanted)));
  }
  Entries Free() const { return Matches(0); }

  bool IsUsed(size_t entry) const { return tags[entry] & kUsed; }
  uint16_t At(size_t entry) const { return static_cast<uint16_t>(tags[entry] & ~kCountBit); }
  // 0 frees the entry.
  void Set(size_t entry, uint16_t tag) {
    tags[entry] = static_cast<uint16_t>((tags[entry] & kCountBit) | tag);
  }

  bool HasAway() const { return CountBits() != 0; }
  // The count ends somewhere, where no key leads by chance.
  bool MaySendAway() const { return CountBits() != kAllCountBits; }
  // REQUIRES: MaySendAway(). The bits between those of the count pass a carry on.
  void CountAway() { SetCountBits((CountBits() | ~kAllCountBits) + 1); }
  // REQUIRES: HasAway().
  void CountBack() { SetCountBits(CountBits() - 1); }

 private:
  __m128i Line() const { return _mm_load_si128(reinterpret_cast<const __m128i*>(tags)); }
  // As many bits as tags: every other one, as for entries.
  static constexpr uint32_t kAllCountBits = 0x5555;
  // Each moved to the top of its byte, where movemask finds it.
  uint32_t CountBits() const {
    constexpr int kToTop = 5;
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_slli_epi16(Line(), kToTop))) & kAllCountBits;
  }
  void SetCountBits(uint32_t bits) {
    const __m128i places =
        _mm_setr_epi16(1, 1 << 2, 1 << 4, 1 << 6, 1 << 8, 1 << 10, 1 << 12, 1 << 14);
    const __m128i own = _mm_and_si128(_mm_set1_epi16(static_cast<int16_t>(bits)), places);
    const __m128i set = _mm_and_si128(_mm_cmpeq_epi16(own, places), _mm_set1_epi16(kCountBit));
    const __m128i rest = _mm_andnot_si128(_mm_set1_epi16(kCountBit), Line());
    _mm_store_si128(reinterpret_cast<__m128i*>(tags), _mm_or_si128(rest, set));
  }
};

}  // namespace synsplice
