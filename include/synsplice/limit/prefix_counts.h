// How much each client prefix holds of something that is shared (rule 34).
//
// A count-min sketch (Cormode, Muthukrishnan 2005) of what is held now: a prefix has one counter in
// each of two rows, and what is given back is taken off again. The lower counter counts: never too
// low, and too high only by who shares both. `Counter` is atomic where several threads count.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "synsplice/base/region.h"
#include "synsplice/base/siphash.h"
#include "synsplice/limit/recent_prefixes.h"

namespace synsplice {

template <typename Counter>
class PrefixCounts {
 public:
  // What lies in a region: both rows.
  using Place = Extent<Counter>;
  // For `things` in all: a counter of each row for four of them.
  static Place Reserve(Layout& layout, uint32_t things) {
    return layout.Add<Counter>(2 * std::max(things / 4, kFewest));
  }

  // Begins with nothing. `key` is secret. The region outlives the counts.
  PrefixCounts(const Region& region, Place place, const SipKey& key)
      : key_(key),
        rows_{region[place].first(place.count / 2), region[place].last(place.count / 2)} {
    for (Counter& counter : region[place]) counter = 0;
  }

  // `prefix` of PrefixOf.
  uint32_t Of(uint64_t prefix) const {
    const uint64_t hash = HashOf(prefix);
    return std::min<uint32_t>(rows_[0][Fraction(hash)], rows_[1][Fraction(hash >> 32)]);
  }
  void Add(uint64_t prefix, uint32_t amount = 1) {
    const uint64_t hash = HashOf(prefix);
    rows_[0][Fraction(hash)] += amount;
    rows_[1][Fraction(hash >> 32)] += amount;
  }
  // REQUIRES: so much was added and not removed since.
  void Remove(uint64_t prefix, uint32_t amount = 1) { Add(prefix, 0 - amount); }

 private:
  static constexpr uint32_t kFewest = 1024;

  // SipHash: who could aim at the counters of a prefix would make it look like a large one.
  uint64_t HashOf(uint64_t prefix) const {
    auto state = StartSipHash(key_);
    state.Absorb<1>(prefix);
    uint64_t hash;
    state.Finish<3>(hash);
    return hash;
  }

  // Of a row, by the low 32 bits.
  size_t Fraction(uint64_t hash) const { return (hash & 0xffffffff) * rows_[0].size() >> 32; }

  SipKey key_;
  std::span<Counter> rows_[2];
};

}  // namespace synsplice
