// How often which rate was seen, in buckets that are a fifth wide.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace synsplice {

class RateHistogram {
 public:
  // Four to a doubling, from 1 to 2^27 (134 million) per second; the first one is all below 1.
  static constexpr size_t kBuckets = 1 + 4 * 27;

  static size_t BucketOf(double rate);
  // 0 of the first one.
  static double UpperBound(size_t bucket);

  void Add(double rate) { AddTo(BucketOf(rate), 1); }
  // REQUIRES: bucket < kBuckets.
  void AddTo(size_t bucket, uint32_t count) { counts_[bucket] += count, total_ += count; }
  void Clear() { *this = {}; }

  uint32_t total() const { return total_; }
  uint32_t Get(size_t bucket) const { return counts_[bucket]; }

 private:
  std::array<uint32_t, kBuckets> counts_{};
  uint32_t total_ = 0;
};

// What no more than one in a hundred is above: of all in `now`, and of `share` of those in
// `before`. The upper bound of its bucket; 0: there are none.
double P99(const RateHistogram& now, const RateHistogram& before, double share);

}  // namespace synsplice
