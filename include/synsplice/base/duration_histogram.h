// How long something took, by powers of two of a millisecond.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "synsplice/base/counters.h"
#include "synsplice/base/time.h"

namespace synsplice {

// One writer, readable from any thread. The core's clock has whole milliseconds: what took less
// than one is counted as none.
class DurationHistogram {
 public:
  // Bucket i has what took 2^i milliseconds at most and more than the one before; the last bucket
  // has all that took longer.
  static constexpr size_t kBuckets = 17;
  static constexpr size_t BucketOf(Milliseconds duration) {
    const auto count = static_cast<uint64_t>(std::max(duration, Milliseconds(1)).count());
    return std::min<size_t>(std::bit_width(count - 1), kBuckets - 1);
  }
  // REQUIRES: i < kBuckets - 1.
  static constexpr Milliseconds UpperBound(size_t i) { return Milliseconds(int64_t{1} << i); }

  void Add(Milliseconds duration) {
    buckets_[BucketOf(duration)].Add(1);
    milliseconds_.Add(static_cast<uint64_t>(std::max(duration, Milliseconds(0)).count()));
  }
  uint64_t Get(size_t bucket) const { return buckets_[bucket].Get(); }
  uint64_t milliseconds() const { return milliseconds_.Get(); }  // of all together

 private:
  std::array<Counter, kBuckets> buckets_;
  Counter milliseconds_;
};

}  // namespace synsplice
