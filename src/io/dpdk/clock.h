// The appliance's clock: UTC in milliseconds that never steps back and costs no system call.
#pragma once

#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

// UTC at construction plus the progress of CLOCK_MONOTONIC: the wall clock may be set while
// connections live, their timers must not notice. Between anchors the cycle counter interpolates.
// One per thread; copies taken from one clock agree.
class Clock {
 public:
  Clock();

  Time Now();

 private:
  void Anchor(uint64_t cycles);

  int64_t utc_offset_ms_;  // UTC - CLOCK_MONOTONIC
  uint64_t cycles_per_ms_;
  uint64_t anchor_cycles_ = 0;
  int64_t anchor_ms_ = 0;  // CLOCK_MONOTONIC
  int64_t last_ms_ = 0;    // UTC
};

}  // namespace synsplice
