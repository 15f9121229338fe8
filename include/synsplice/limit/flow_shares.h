// Who holds how many of the flow table's live entries (rules 21, 34, 36).
//
// One holder may have as many as are still free (a dynamic threshold, as of FairShare); ended
// flows, which give way to anybody, are nobody's. Holders are counted by a keyed sketch.
#pragma once

#include <algorithm>
#include <cstdint>

#include "synsplice/limit/prefix_counts.h"

namespace synsplice {

class FlowShares {
 public:
  // A client prefix, of PrefixOf; or all servers together, for what they open: no client's prefix,
  // as it is multicast.
  using Holder = uint64_t;
  static constexpr Holder kServers = ~Holder{0};

  // What lies in a region.
  struct Place {
    uint32_t capacity;
    PrefixCounts<uint32_t>::Place counts;
  };
  // A counter for eight entries: what it adds to a count is few of kFew.
  static Place Reserve(Layout& layout, uint32_t capacity) {
    return {capacity, PrefixCounts<uint32_t>::Reserve(layout, capacity / 4)};
  }

  // Begins with nothing taken. `key` is secret. The region outlives the shares.
  FlowShares(const Region& region, const Place& place, const SipKey& key)
      : few_(std::min(kFew, place.capacity / 8)),
        free_(place.capacity),
        counts_(region, place.counts, key) {}

  void Prefetch(Holder holder) const { counts_.Prefetch(holder); }

  uint32_t Of(Holder holder) const { return counts_.Of(holder); }
  // Whether a holder of so many has used up its share. So few harm nobody, in a small table too.
  bool IsUsedUp(uint32_t count) const { return count > kFew && count >= free_; }
  // Whether a holder of `count` ought to give way to one of `other`: a network in ordinary use and
  // what the sketch adds to a count do not make the difference.
  bool IsClearlyMore(uint32_t count, uint32_t other) const {
    return count > few_ && count / 2 > other;
  }

  void Take(Holder holder) {
    --free_;
    counts_.Add(holder);
  }
  // REQUIRES: the holder took one and has not given it back.
  void Give(Holder holder) {
    ++free_;
    counts_.Remove(holder);
  }

 private:
  static constexpr uint32_t kFew = 64;

  uint32_t few_;  // of this table
  uint32_t free_;
  PrefixCounts<uint32_t> counts_;
};

}  // namespace synsplice
