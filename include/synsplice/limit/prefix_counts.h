// How much each client prefix holds of something that is shared (rule 34).
//
// A count-min sketch (Cormode, Muthukrishnan 2005) of what is held now: a prefix has two counters
// in one cache line, and what is given back is taken off again. The lower counter counts: never too
// low, and too high only by who shares both. `Counter` is atomic where several threads count.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "synsplice/base/fold_hash.h"
#include "synsplice/base/prefetch.h"
#include "synsplice/base/region.h"
#include "synsplice/limit/recent_prefixes.h"

namespace synsplice {

template <typename Counter>
class PrefixCounts {
 private:
  static constexpr uint32_t kCounters = 16;
  struct alignas(64) Line {
    std::array<Counter, kCounters> counters;
  };
  static_assert(sizeof(Line) == 64);

 public:
  // What lies in a region.
  using Place = Extent<Line>;
  // For `things` in all: a counter for two of them.
  static Place Reserve(Layout& layout, uint32_t things) {
    return layout.Add<Line>(std::max(things / (2 * kCounters), kFewestLines));
  }

  // Begins with nothing. `key` is secret. The region outlives the counts.
  PrefixCounts(const Region& region, Place place, const SipKey& key)
      : key_(key), lines_(region[place]) {
    for (Line& line : lines_) {
      for (Counter& counter : line.counters) counter = 0;
    }
  }

  // `prefix` of PrefixOf.
  void Prefetch(uint64_t prefix) const { PrefetchLine(&lines_[PlaceOf(prefix).line]); }

  uint32_t Of(uint64_t prefix) const {
    const Counters at = PlaceOf(prefix);
    const Line& line = lines_[at.line];
    return std::min<uint32_t>(line.counters[at.first], line.counters[at.second]);
  }
  void Add(uint64_t prefix, uint32_t amount = 1) {
    const Counters at = PlaceOf(prefix);
    Line& line = lines_[at.line];
    line.counters[at.first] += amount;
    line.counters[at.second] += amount;
  }
  // REQUIRES: so much was added and not removed since.
  void Remove(uint64_t prefix, uint32_t amount = 1) { Add(prefix, 0 - amount); }

 private:
  static constexpr uint32_t kFewestLines = 128;

  struct Counters {
    size_t line, first, second;
  };

  // Keyed: who could aim at the counters of a prefix would make it look like a large one. A
  // fraction of 32 bits chooses the line, the low bits the first counter and another one.
  Counters PlaceOf(uint64_t prefix) const {
    const uint64_t hash = FoldHash(key_, prefix);
    const size_t first = hash % kCounters;
    const size_t distance = 1 + ((hash >> 4 & 0xfff) * (kCounters - 1) >> 12);
    return {(hash >> 32) * lines_.size() >> 32, first, first ^ distance};
  }

  FoldKey key_;
  std::span<Line> lines_;
};

}  // namespace synsplice
