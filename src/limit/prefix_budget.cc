#include "synsplice/limit/prefix_budget.h"

#include <algorithm>

namespace synsplice {

PrefixBudget::PrefixBudget(uint16_t per_second, const SipKey& key)
    : per_second_(per_second), key_(key), lines_(size_t{1} << kLineBits) {}

uint16_t PrefixBudget::BudgetOf(uint64_t hash, uint32_t second) const {
  const uint64_t random = FoldHash(key_, hash ^ second) >> 48;
  return static_cast<uint16_t>(per_second_ - (random * (per_second_ / 4 + 1u) >> 16));
}

// SipHash: who could aim at the counters of a prefix would starve it with other addresses.
bool PrefixBudget::Take(uint64_t prefix, Time now) {
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
  if (std::min(first, other) >= BudgetOf(hash, second)) return false;
  const auto taken = static_cast<uint16_t>(std::min(first, other) + 1);
  first = std::max(first, taken);
  other = std::max(other, taken);
  return true;
}

}  // namespace synsplice
