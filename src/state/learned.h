// What a backend's SYN-ACKs teach, one value each (rule 16).
#pragma once

#include <algorithm>
#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

// A value counts when it was seen so many times, an option's in a row: one divergent SYN-ACK is
// repaired, not learned.
inline constexpr int kLearnedTimes = 3;
inline constexpr Seconds kForgetAfter{3600};

// An option. What was not seen for an hour is forgotten. That it is missing is forgotten within
// seconds: it may be missing for a moment only (a backend that answers with SYN cookies of its
// own), and nobody asks for what is not promised. Each time that it proves missing again it is
// believed for twice as long.
template <typename T>
class Learned {
 public:
  static constexpr Seconds kFirstDoubt{8};

  void See(const T& value, bool is_missing, Time now) {
    times_ = value == candidate_ ? times_ + 1 : 1;
    candidate_ = value;
    if (times_ < kLearnedTimes) return;
    times_ = kLearnedTimes;
    if (!is_missing) {
      expires_ = now + kForgetAfter;
      doubt_ = kFirstDoubt;
    } else if (!IsKnown(now) || value_ != value) {
      expires_ = now + doubt_;
      doubt_ = std::min(2 * doubt_, kForgetAfter);
    }
    value_ = value;
  }
  bool IsKnown(Time now) const { return now < expires_; }
  T ValueOr(const T& otherwise, Time now) const { return IsKnown(now) ? value_ : otherwise; }

 private:
  T candidate_{};
  T value_{};
  int times_ = 0;
  Time expires_{};
  Seconds doubt_ = kFirstDoubt;
};

// The largest MSS of the last half to whole hour. A server's MSS follows what it believes of the
// path to that one client, who can make it believe in a small one; nobody makes it larger.
class LargestMss {
 public:
  static constexpr Seconds kPeriod = kForgetAfter / 2;

  void See(uint16_t mss, Time now) {
    if (now >= began_ + kPeriod) {
      before_ = now < began_ + 2 * kPeriod ? latest_ : Seen{};
      latest_ = {};
      began_ = now;
    }
    latest_.mss = std::max(latest_.mss, mss);
    ++latest_.times;
  }
  uint16_t ValueOr(uint16_t otherwise, Time now) const {
    if (now >= began_ + 2 * kPeriod || before_.times + latest_.times < kLearnedTimes) {
      return otherwise;
    }
    return std::max(before_.mss, latest_.mss);
  }

 private:
  struct Seen {
    uint16_t mss = 0;
    uint64_t times = 0;
  };
  Seen before_, latest_;
  Time began_{};
};

}  // namespace synsplice
