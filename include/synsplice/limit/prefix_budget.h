// So many SYN-ACKs per second for each prefix that has proved nothing, in constant memory (rule
// 31).
//
// A count-min sketch: a prefix has two counters in one cache line and is held to the lower one.
// Lines start anew each second, when they are next used. A prefix that shares both counters with
// busier ones has less than its budget, never more.
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
  // 2 MB. `key` is secret. REQUIRES: exempt_for <= RecentPrefixes::kLongestAge.
  PrefixBudget(uint16_t per_second, Seconds exempt_for, const SipKey& key, Time start);

  // `prefix` (of PrefixOf) has completed a handshake: no budget for it until `exempt_for` later.
  void Exempt(uint64_t prefix, Time now) { exempt_.Note(prefix, now); }

  // False: the budget of this second is used up.
  bool Take(uint64_t prefix, Time now);

 private:
  static constexpr size_t kLineBits = 14;
  static constexpr size_t kCounters = 30;

  struct alignas(64) Line {
    uint32_t second = 0;  // low bits of UTC
    std::array<uint16_t, kCounters> counters{};
  };
  static_assert(sizeof(Line) == 64);

  uint16_t per_second_;
  Seconds exempt_for_;
  SipKey key_;
  RecentPrefixes exempt_;
  std::vector<Line> lines_;
};

}  // namespace synsplice
