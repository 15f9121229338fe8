// A token bucket for each client network, in constant memory, shared by all workers (rules 40, 41).
//
// A network has its bucket in one of the ways of a line that its hash chooses. Where all of them
// are others', the one that has been full for longest gives way: what it would have said is the
// least. So whoever has no bucket gets one, and those who are over their limit keep theirs against
// a flood of addresses that each send little.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/fold_hash.h"
#include "synsplice/base/huge_allocator.h"
#include "synsplice/base/prefetch.h"
#include "synsplice/limit/rate_bucket.h"

namespace synsplice {

class SourceRates {
 public:
  static constexpr size_t kWays = 5;
  static constexpr unsigned kLineBits = 15;
  static constexpr size_t kLines = size_t{1} << kLineBits;

  // 2 MB. `key` is secret: who knows it may take the bucket of a chosen network away.
  SourceRates(const SipKey& key, size_t workers)
      : key_(key), shared_(workers > 1), lines_(kLines) {}

  // Whose bucket it is: of a network (already masked), for the limit of this number.
  struct Spot {
    uint64_t hash;
  };
  Spot SpotOf(uint32_t limit, const AddressWords& network) const {
    return {FoldHash(key_, network.high, network.low, limit)};
  }
  void Prefetch(Spot spot) const { PrefetchLine(&lines_[spot.hash >> (64 - kLineBits)]); }

  // Takes a token of each, one after another; answers how many of them had one until one had none.
  size_t Take(std::span<const Spot> spots, const BucketShape& shape, Time now);
  bool Take(Spot spot, const BucketShape& shape, Time now) {
    return Take(std::span(&spot, 1), shape, now) != 0;
  }
  // What was taken goes back, if the network has its bucket yet.
  void GiveBack(Spot spot, const BucketShape& shape);

 private:
  // In one line of the cache.
  struct alignas(64) Line {
    std::array<uint32_t, kWays> tags{};  // hash of whose it is; 0: nobody's
    std::atomic_flag busy;
    std::array<BucketTime, kWays> full_at;

    Line() { full_at.fill(kFullBucket); }
    // kWays: it has none.
    size_t WayOf(uint32_t tag) const;
    // That has been full for longest.
    size_t FullestWay() const;
    // Its own, or one that was another's and is full.
    BucketTime& BucketOf(uint32_t tag);
  };
  static_assert(sizeof(Line) == 64);

  Line& LineOf(Spot spot) { return lines_[spot.hash >> (64 - kLineBits)]; }

  FoldKey key_;
  bool shared_;
  std::vector<Line, HugeAllocator<Line>> lines_;
};

}  // namespace synsplice
