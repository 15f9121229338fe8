// When a poll loop may rest: never within a millisecond of work, and never for long, so that what
// arrives finds a loop that is awake or awake soon, and timers are hardly late.
#pragma once

#include <chrono>
#include <cstddef>

namespace synsplice {

class IdlePacer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Within a burst of traffic no packet shall wait for a sleeper.
  static constexpr std::chrono::milliseconds kAwake{1};
  // The kernel adds up to as much again (timer slack). A receive ring must hold what arrives
  // meanwhile: at 10 Gbit/s 1500 of the smallest frames.
  static constexpr std::chrono::microseconds kRest{50};

  // After a round that did `work` (frames and the like); `now` is asked for only when there was
  // none. Answers whether to rest for kRest.
  template <typename Now>
  bool MayRest(size_t work, Now&& now) {
    if (work != 0) {
      is_quiet_ = false;
      return false;
    }
    const TimePoint time = now();
    if (!is_quiet_) quiet_since_ = time;
    is_quiet_ = true;
    return time - quiet_since_ >= kAwake;
  }

 private:
  bool is_quiet_ = false;
  TimePoint quiet_since_;
};

}  // namespace synsplice
