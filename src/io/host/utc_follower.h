// How a clock that must not step follows UTC.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace synsplice {

// Follows an offset by a tenth of the time that passes at most: timers notice little, and what is
// dated (cookies of appliances that share a secret) agrees after a while.
class UtcFollower {
 public:
  explicit UtcFollower(int64_t offset_ms) : offset_ms_(offset_ms) {}

  int64_t offset_ms() const { return offset_ms_; }
  void Follow(int64_t target_ms, int64_t elapsed_ms) {
    const int64_t most = std::max<int64_t>(elapsed_ms, 0) / 10;
    offset_ms_ += std::clamp(target_ms - offset_ms_, -most, most);
  }

 private:
  int64_t offset_ms_;
};

// UTC - CLOCK_MONOTONIC. One thread reads it for the clocks of all others, which agree thereby.
class UtcOffset {
 public:
  UtcOffset();

  int64_t ms() const { return ms_.load(std::memory_order_relaxed); }
  // Answers what UTC was set by since the last time.
  std::chrono::milliseconds Refresh();

 private:
  std::atomic<int64_t> ms_;
};

}  // namespace synsplice
