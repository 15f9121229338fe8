// What is usual of a rate that follows the day: its P99 of the last hour and of the same hour (UTC)
// of the days before.
//
// The last hour is the present clock hour, and as much of the one before as is missing in it. When
// an hour ends, its P99 goes into the profile of the day, half and half with what was there: a day
// that was unlike others is half of it on the next one, and a quarter on the one after that.
#pragma once

#include <array>
#include <cstdint>

#include "detect/rate_histogram.h"
#include "synsplice/base/time.h"

namespace synsplice {

class UsualRate {
 public:
  static constexpr size_t kHours = 24;
  // So many rates of an hour tell what it is like.
  static constexpr uint32_t kEnough = 600;

  // What outlives a restart.
  struct Memory {
    int64_t hour = 0;  // since 1970: that of `present`
    RateHistogram present, before;
    std::array<double, kHours> profile{};  // by hour of the day; 0: nothing is known of it
  };

  UsualRate() = default;
  // REQUIRES: memory.hour >= 0
  explicit UsualRate(const Memory& memory) : memory_(memory) { level_ = Level(); }

  // One of a second that was as usual.
  void Learn(UtcSecond now, double rate);
  // The higher one of both; where the last hour tells too little, and of this one nothing is known,
  // the highest of the day. 0: nothing was learned.
  double At(UtcSecond now) const;
  // The highest of the day, the last hour included.
  double OfDay(UtcSecond now) const;
  // That of when the present hour began, or enough was known for the first time: what has come
  // since does not raise it. 0: not enough is known.
  double level() const { return level_; }

  const Memory& memory() const { return memory_; }

 private:
  void Roll(int64_t hour);
  double Level() const;

  Memory memory_;
  double level_ = 0;
};

}  // namespace synsplice
