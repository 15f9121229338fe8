#include "io/dpdk/clock.h"

#include <rte_cycles.h>

#include <algorithm>
#include <chrono>

namespace synsplice {
namespace {

// The cycle counter's frequency is an estimate: after so long it is set right.
constexpr int64_t kAnchorMs = 100;

template <typename Source>
int64_t ReadMs() {
  return std::chrono::duration_cast<Milliseconds>(Source::now().time_since_epoch()).count();
}

}  // namespace

Clock::Clock()
    : utc_offset_ms_(ReadMs<std::chrono::system_clock>() - ReadMs<std::chrono::steady_clock>()),
      cycles_per_ms_(rte_get_tsc_hz() / 1000) {
  Anchor(rte_rdtsc());
}

Time Clock::Now() {
  const uint64_t cycles = rte_rdtsc();
  int64_t progress_ms = static_cast<int64_t>((cycles - anchor_cycles_) / cycles_per_ms_);
  if (progress_ms >= kAnchorMs) {
    Anchor(cycles);
    progress_ms = 0;
  }
  last_ms_ = std::max(last_ms_, utc_offset_ms_ + anchor_ms_ + progress_ms);
  return FromMilliseconds(last_ms_);
}

void Clock::Anchor(uint64_t cycles) {
  anchor_cycles_ = cycles;
  anchor_ms_ = ReadMs<std::chrono::steady_clock>();
}

}  // namespace synsplice
