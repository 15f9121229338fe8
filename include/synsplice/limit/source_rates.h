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
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/siphash.h"
#include "synsplice/limit/rate_bucket.h"

namespace synsplice {

class SourceRates {
 public:
  static constexpr size_t kWays = 7;
  static constexpr size_t kLines = size_t{1} << 14;

  // 2 MB. `key` is secret: who knows it may take the bucket of a chosen network away.
  explicit SourceRates(const SipKey& key) : key_(key), lines_(kLines) {}

  // Takes a token of `network` (already masked) for the limit of this number; false: there is none.
  bool Take(uint32_t limit, const Address& network, const BucketShape& shape, Time now);
  // What was taken goes back, if the network has its bucket yet.
  void GiveBack(uint32_t limit, const Address& network, const BucketShape& shape);

 private:
  struct Way {
    uint64_t tag = 0;  // hash of whose it is; 0: nobody's
    BucketTime full_at = kFullBucket;
  };
  struct alignas(128) Line {
    std::atomic_flag busy;
    std::array<Way, kWays> ways;
  };
  static_assert(sizeof(Line) == 128);

  uint64_t TagOf(uint32_t limit, const Address& network) const;
  // Its own, or one that was another's and is full.
  static Way& WayOf(Line& line, uint64_t tag);

  SipKey key_;
  std::vector<Line> lines_;
};

}  // namespace synsplice
