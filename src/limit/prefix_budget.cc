#include "synsplice/limit/prefix_budget.h"

#include <algorithm>

namespace synsplice {

PrefixBudget::PrefixBudget(uint16_t per_second, Seconds exempt_for, const SipKey& key, Time start)
    : per_second_(per_second),
      exempt_for_(exempt_for),
      key_(key),
      exempt_(key, start),
      lines_(size_t{1} << kLineBits) {}

// SipHash: who could aim at the counters of a prefix would starve it with other addresses.
bool PrefixBudget::Take(uint64_t prefix, Time now) {
  if (exempt_.WasNoted(prefix, now, exempt_for_)) return true;
  auto state = StartSipHash(key_);
  state.Absorb<1>(prefix);
  uint64_t hash;
  state.Finish<3>(hash);
  Line& line = lines_[hash >> (64 - kLineBits)];
  const auto second = static_cast<uint32_t>(ToMilliseconds(now) / 1000);
  if (line.second != second) line = Line{second, {}};
  // Two fractions of 16 bits each choose the counters.
  uint16_t& first = line.counters[(hash & 0xffff) * kCounters >> 16];
  uint16_t& other = line.counters[(hash >> 16 & 0xffff) * kCounters >> 16];
  if (std::min(first, other) >= per_second_) return false;
  const auto taken = static_cast<uint16_t>(std::min(first, other) + 1);
  first = std::max(first, taken);
  other = std::max(other, taken);
  return true;
}

}  // namespace synsplice
