// Whether a port loses frames because nobody fetches them in time.
#pragma once

#include <cstdint>

namespace synsplice {

class LossWatch {
 public:
  // Looks without a loss until it counts as over: a flood that is met by shedding loses nothing,
  // and would be met and not met in turn.
  static constexpr int kCalmLooks = 10;

  // `missed`: frames so far, from 0 again when a port is opened again.
  bool IsBehind(uint64_t missed) {
    if (missed > missed_) {
      looks_ = kCalmLooks;
    } else if (looks_ > 0) {
      --looks_;
    }
    missed_ = missed;
    return looks_ > 0;
  }

 private:
  uint64_t missed_ = 0;
  int looks_ = 0;
};

}  // namespace synsplice
