#include "io/dpdk/lcore/clock.h"

#include <rte_cycles.h>

#include <algorithm>
#include <chrono>

namespace synsplice {
namespace {

// The cycle counter's frequency is an estimate: after so long it is set right.
constexpr int64_t kAnchorMs = 100;

int64_t MonotonicMs() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<Milliseconds>(time).count();
}

}  // namespace

Clock::Clock(const UtcOffset& utc)
    : utc_(utc),
      follower_(utc.ms()),
      cycles_per_ms_(rte_get_tsc_hz() / 1000),
      anchor_ms_(MonotonicMs()) {
  Anchor(rte_rdtsc());
}

Time Clock::Now() {
  const uint64_t cycles = rte_rdtsc();
  int64_t progress_ms = static_cast<int64_t>((cycles - anchor_cycles_) / cycles_per_ms_);
  if (progress_ms >= kAnchorMs) {
    Anchor(cycles);
    progress_ms = 0;
  }
  last_ms_ = std::max(last_ms_, follower_.offset_ms() + anchor_ms_ + progress_ms);
  return FromMilliseconds(last_ms_);
}

std::chrono::nanoseconds Clock::Beyond(Time now) const {
  constexpr std::chrono::nanoseconds kMost{999'999};
  const uint64_t cycles = rte_rdtsc() - anchor_cycles_;
  const int64_t ms =
      follower_.offset_ms() + anchor_ms_ + static_cast<int64_t>(cycles / cycles_per_ms_);
  if (ms > ToMilliseconds(now)) return kMost;
  const uint64_t rest = cycles % cycles_per_ms_;
  return std::min(std::chrono::nanoseconds(rest * 1'000'000 / cycles_per_ms_), kMost);
}

void Clock::Anchor(uint64_t cycles) {
  const int64_t before_ms = anchor_ms_;
  anchor_cycles_ = cycles;
  anchor_ms_ = MonotonicMs();
  follower_.Follow(utc_.ms(), anchor_ms_ - before_ms);
}

}  // namespace synsplice
