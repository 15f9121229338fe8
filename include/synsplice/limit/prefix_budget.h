// So many answers per second for each prefix, in constant memory (rules 7, 31).
//
// A count-min sketch: a prefix has two counters in one cache line and is held to the lower one.
// Lines start anew each second, when they are next used. A prefix that shares both counters with
// busier ones has less than its budget, never more. A prefix has up to a quarter less in some
// seconds than in others, which nobody can foresee: who counts the answers that are left does not
// learn how many another one has taken.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"
#include "synsplice/limit/recent_prefixes.h"

namespace synsplice {

class PrefixBudget {
 public:
  // 1 MB. `key` is secret.
  PrefixBudget(uint16_t per_second, const SipKey& key);

  void SetRate(uint16_t per_second) { per_second_ = per_second; }

  // For one answer to `prefix` (of PrefixOf). False: the budget of this second is used up.
  bool Take(uint64_t prefix, Time now);

 private:
  static constexpr size_t kLineBits = 14;
  static constexpr size_t kCounters = 30;

  struct alignas(64) Line {
    uint32_t second = 0;  // low bits of UTC
    std::array<uint16_t, kCounters> counters{};
  };
  static_assert(sizeof(Line) == 64);

  uint16_t BudgetOf(uint64_t hash, uint32_t second) const;

  uint16_t per_second_;
  SipKey key_;
  std::vector<Line> lines_;
};

}  // namespace synsplice
