// Whether a service is under a SYN flood, from its SYN rate (rule 7).
#pragma once

#include <algorithm>
#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

// Counts SYNs in the current and the last full second; the higher one is the rate, so that the
// state does not flicker at the turn of a second.
class FloodMeter {
 public:
  void CountSyn(Time now) {
    Roll(now);
    ++current_;
  }
  bool IsFlooded(Time now, uint32_t syns_per_second) {
    Roll(now);
    return std::max(current_, last_) >= syns_per_second;
  }

 private:
  void Roll(Time now) {
    const int64_t second = ToMilliseconds(now) / 1000;
    if (second == second_) return;
    last_ = second == second_ + 1 ? current_ : 0;
    current_ = 0;
    second_ = second;
  }

  int64_t second_ = 0;
  uint32_t current_ = 0;
  uint32_t last_ = 0;
};

}  // namespace synsplice
