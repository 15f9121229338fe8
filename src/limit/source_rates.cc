#include "synsplice/limit/source_rates.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>

#include "flag_hold.h"

namespace synsplice {
namespace {

uint32_t TagOf(SourceRates::Spot spot) { return std::max(static_cast<uint32_t>(spot.hash), 1u); }

}  // namespace

// Here and below without jumps: nobody can foresee which way it is.
inline size_t SourceRates::Line::WayOf(uint32_t tag) const {
  static_assert(kWays == 5);
  const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag));
  const auto equal_from = [&](size_t first) {
    const auto* from = reinterpret_cast<const __m128i*>(&tags[first]);
    const __m128i equal = _mm_cmpeq_epi32(_mm_loadu_si128(from), wanted);
    return static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(equal)));
  };
  constexpr unsigned kNone = 1u << kWays;
  return static_cast<size_t>(std::countr_zero(equal_from(0) | equal_from(1) << 1 | kNone));
}

inline size_t SourceRates::Line::FullestWay() const {
  size_t fullest = 0;
  for (size_t i = 1; i < kWays; ++i) fullest = full_at[i] < full_at[fullest] ? i : fullest;
  return fullest;
}

inline BucketTime& SourceRates::Line::BucketOf(uint32_t tag) {
  const size_t own = WayOf(tag);
  if (own != kWays) return full_at[own];
  const size_t other = FullestWay();
  tags[other] = tag;
  return full_at[other] = kFullBucket;
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
