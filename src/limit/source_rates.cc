#include "synsplice/limit/source_rates.h"

#include <algorithm>

#include "flag_hold.h"

namespace synsplice {

uint64_t SourceRates::TagOf(uint32_t limit, const Address& network) const {
  auto state = StartSipHash({key_.k0, key_.k1 ^ limit});
  state.Absorb<1>(network.High());
  state.Absorb<1>(network.Low());
  uint64_t hash;
  state.Finish<3>(hash);
  return std::max(hash, uint64_t{1});
}

SourceRates::Way& SourceRates::WayOf(Line& line, uint64_t tag) {
  const auto own = std::ranges::find(line.ways, tag, &Way::tag);
  if (own != line.ways.end()) return *own;
  Way& way = *std::ranges::min_element(line.ways, {}, &Way::full_at);
  way = {tag, kFullBucket};
  return way;
}

bool SourceRates::Take(uint32_t limit, const Address& network, const BucketShape& shape, Time now) {
  const uint64_t tag = TagOf(limit, network);
  Line& line = lines_[tag % kLines];
  const FlagHold hold(line.busy);
  return TakeToken(WayOf(line, tag).full_at, shape, now).has_value();
}

void SourceRates::GiveBack(uint32_t limit, const Address& network, const BucketShape& shape) {
  const uint64_t tag = TagOf(limit, network);
  Line& line = lines_[tag % kLines];
  const FlagHold hold(line.busy);
  const auto own = std::ranges::find(line.ways, tag, &Way::tag);
  if (own != line.ways.end()) GiveTokenBack(own->full_at, shape);
}

}  // namespace synsplice
