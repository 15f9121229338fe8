// Whether a service is under a SYN flood, from its SYN rate (rule 7).
#pragma once

#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

// A flood begins with the SYN that makes the rate of the current second reach the limit. It ends at
// the turn of a second that had less than half of it: a rate about the limit does not flicker.
class FloodMeter {
 public:
  explicit FloodMeter(uint32_t syns_per_second = 0) : limit_(syns_per_second) {}

  void SetLimit(uint32_t syns_per_second) { limit_ = syns_per_second; }

  void CountSyns(UtcSecond now, uint32_t count) {
    Roll(now);
    count_ += count;
    if (count_ >= limit_) flooded_ = true;
  }
  bool IsFlooded(UtcSecond now) {
    Roll(now);
    return flooded_;
  }

 private:
  void Roll(UtcSecond second) {
    if (second == second_) return;
    // Half of the limit, one at least; a second without any SYN was not looked at.
    if (second != second_ + 1 || count_ < limit_ / 2 + limit_ % 2) flooded_ = false;
    count_ = 0;
    second_ = second;
  }

  uint32_t limit_;
  uint32_t count_ = 0;  // SYNs of the current second
  bool flooded_ = false;
  int64_t second_ = 0;
};

}  // namespace synsplice
