// A rate with a burst of one second's worth.
#pragma once

#include <algorithm>
#include <cstdint>

#include "synsplice/base/time.h"

namespace synsplice {

class TokenBucket {
 public:
  TokenBucket(uint32_t per_second, Time start)
      : per_second_(per_second), tokens_(int64_t{per_second} * kScale), filled_at_(start) {}

  // Takes one token; false: none is left. REQUIRES: now does not step back.
  bool Take(Time now) {
    tokens_ = TokensAt(now);
    filled_at_ = now;
    if (tokens_ < kScale) return false;
    tokens_ -= kScale;
    return true;
  }
  // Whether Take would fail.
  bool IsEmpty(Time now) const { return TokensAt(now) < kScale; }

 private:
  int64_t TokensAt(Time now) const {
    const int64_t elapsed = std::min<int64_t>((now - filled_at_).count(), 1000);
    return std::min(per_second_ * kScale, tokens_ + elapsed * per_second_);
  }

  static constexpr int64_t kScale = 1000;  // tokens are counted in thousandths: per millisecond

  int64_t per_second_;
  int64_t tokens_;
  Time filled_at_;
};

}  // namespace synsplice
