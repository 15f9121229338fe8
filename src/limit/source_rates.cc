#include "synsplice/limit/source_rates.h"

#include <algorithm>

#include "flag_hold.h"

namespace synsplice {
namespace {

uint32_t TagOf(SourceRates::Spot spot) { return std::max(static_cast<uint32_t>(spot.hash), 1u); }

}  // namespace

// Without a jump for each: nobody can foresee which way it is.
inline size_t SourceRates::Line::WayOf(uint32_t tag) const {
  size_t way = kWays;
  for (size_t i = 0; i < kWays; ++i) way = tags[i] == tag ? i : way;
  return way;
}

inline BucketTime& SourceRates::Line::BucketOf(uint32_t tag) {
  const size_t own = WayOf(tag);
  if (own != kWays) return full_at[own];
  BucketTime& bucket = *std::ranges::min_element(full_at);
  tags[static_cast<size_t>(&bucket - full_at.data())] = tag;
  return bucket = kFullBucket;
}

size_t SourceRates::Take(std::span<const Spot> spots, const BucketShape& shape, Time now) {
  size_t taken = 0;
  for (const Spot spot : spots) {
    Line& line = LineOf(spot);
    const FlagHold hold(line.busy, shared_);
    if (TakeTokens(line.BucketOf(TagOf(spot)), shape, now, 1) == 0) break;
    ++taken;
  }
  return taken;
}

void SourceRates::GiveBack(Spot spot, const BucketShape& shape) {
  Line& line = LineOf(spot);
  const FlagHold hold(line.busy, shared_);
  const size_t own = line.WayOf(TagOf(spot));
  if (own != kWays) GiveTokensBack(line.full_at[own], shape, 1);
}

}  // namespace synsplice
