#include "detect/rate_histogram.h"

#include <algorithm>
#include <cmath>

namespace synsplice {

size_t RateHistogram::BucketOf(double rate) {
  if (!(rate >= 1)) return 0;
  const auto bucket = static_cast<size_t>(1 + 4 * std::log2(std::min(rate, 1e9)));
  return std::min(bucket, kBuckets - 1);
}

double RateHistogram::UpperBound(size_t bucket) {
  return bucket == 0 ? 0 : std::exp2(static_cast<double>(bucket) / 4);
}

double P99(const RateHistogram& now, const RateHistogram& before, double share) {
  const double above = (now.total() + share * before.total()) / 100;
  if (above <= 0) return 0;
  double seen = 0;
  size_t bucket = RateHistogram::kBuckets;
  while (bucket > 0 && seen <= above) {
    --bucket;
    seen += now.Get(bucket) + share * before.Get(bucket);
  }
  return RateHistogram::UpperBound(bucket);
}

}  // namespace synsplice
