// SYN-ACKs to prefixes that have proved nothing: who spoofs them makes the answers fall on them
// (rule 31).
#pragma once

#include "synsplice/limit/prefix_budget.h"

namespace synsplice {

class ReflectionLimit {
 public:
  // 2 MB. `key` is secret. REQUIRES: exempt_for <= RecentPrefixes::kLongestAge.
  ReflectionLimit(uint16_t per_second, Seconds exempt_for, const SipKey& key, Time start)
      : budget_(per_second, key), proven_(key, start), exempt_for_(exempt_for) {}

  // `prefix` (of PrefixOf) has completed a handshake: no limit for it until `exempt_for` later.
  void Exempt(uint64_t prefix, Time now) { proven_.Note(prefix, ToSecond(now)); }

  // False: no SYN-ACK now.
  bool Take(uint64_t prefix, Time now) {
    return proven_.WasNoted(prefix, ToSecond(now), exempt_for_) || budget_.Take(prefix, now);
  }

 private:
  PrefixBudget budget_;
  RecentPrefixes proven_;
  Seconds exempt_for_;
};

}  // namespace synsplice
