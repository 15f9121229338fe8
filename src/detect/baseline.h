// What was learned of one service, from seconds that were as usual (rule 45).
#pragma once

#include <cstdint>

#include "detect/usual_rate.h"
#include "detect/usual_share.h"

namespace synsplice {

struct Baseline {
  // So many seconds a new service is judged by defaults.
  static constexpr uint32_t kLearning = 600;

  UsualRate second;  // SYNs per second, in one
  UsualRate minute;  // in the minute up to it
  UsualRate source;  // of the one network that sends the most
  UsualRate held;    // connections that it has, as its share of new ones lets expect
  UsualShare incomplete;
  uint32_t learned_s = 0;    // of how many seconds
  UtcSecond learned_at = 0;  // the latest one

  bool IsLearning() const { return learned_s < kLearning; }
};

}  // namespace synsplice
