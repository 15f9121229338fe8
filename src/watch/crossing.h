// A threshold as it is crossed and left again (rules 38, 45).
#pragma once

#include <optional>

#include "synsplice/base/time.h"
#include "synsplice/policy/config.h"

namespace synsplice {

class Crossing {
 public:
  // Looks at the value now; answers whether the threshold is crossed.
  bool Follow(const Threshold& threshold, int64_t value, Time now) {
    if (value >= threshold.start || (since_ && value >= threshold.end)) since_ = now;
    if (since_ && now - *since_ >= threshold.hold && *since_ != now) since_.reset();
    return is_crossed();
  }
  void Forget() { since_.reset(); }
  bool is_crossed() const { return since_.has_value(); }

 private:
  std::optional<Time> since_;  // it was not below its end
};

}  // namespace synsplice
