// A token bucket that all workers take from, with a burst of one second's worth. It starts full.
//
// One word, the moment at which it will be full again (GCRA, ITU-T I.371 annex A): a bucket that is
// empty is only read, so that workers do not wait for each other under a flood.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

class SharedBucket {
 public:
  // Takes one token; false: none is left. The rate may be another one each time; up to ten million
  // it is kept to 1 %, never less. Thread-safe. REQUIRES: 0 < per_second.
  bool Take(uint32_t per_second, Time now) {
    const int64_t clock = ToMilliseconds(now) * kScale, step = kSecond / per_second;
    int64_t full_at = full_at_.load(std::memory_order_relaxed);
    while (true) {
      const int64_t next = std::max(full_at, clock) + step;
      if (next > clock + kSecond) return false;
      if (full_at_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) return true;
    }
  }

 private:
  static constexpr int64_t kScale = 1 << 20;  // parts of a millisecond
  static constexpr int64_t kSecond = 1000 * kScale;

  std::atomic<int64_t> full_at_{0};
};

}  // namespace synsplice
