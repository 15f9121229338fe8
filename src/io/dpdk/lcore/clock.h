// The appliance's clock: UTC in milliseconds that never steps back and costs no system call.
#pragma once

#include <chrono>
#include <cstdint>

#include "io/host/utc_follower.h"
#include "synsplice/base/time.h"

namespace synsplice {

// The progress of CLOCK_MONOTONIC, and UTC followed slowly: the wall clock may be set while
// connections live, their timers must not notice. Between anchors the cycle counter interpolates.
// One per thread; clocks of one offset agree.
class Clock {
 public:
  // `utc` must outlive the clock.
  explicit Clock(const UtcOffset& utc);

  Time Now();

  // How much later than `now`, which Now has answered, it is: less than a millisecond at any rate.
  std::chrono::nanoseconds Beyond(Time now) const;

 private:
  void Anchor(uint64_t cycles);

  const UtcOffset& utc_;
  UtcFollower follower_;
  uint64_t cycles_per_ms_;
  uint64_t anchor_cycles_ = 0;
  int64_t anchor_ms_;    // CLOCK_MONOTONIC
  int64_t last_ms_ = 0;  // UTC
};

}  // namespace synsplice
