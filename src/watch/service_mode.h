// Whether a service's clients are challenged with cookies, and since when (rules 37, 39).
#pragma once

#include "synsplice/base/time.h"

namespace synsplice {

class ServiceMode {
 public:
  // From now on they are, or are not. For `grace` after the turn to challenging, what had begun
  // before and is not known goes on.
  void Set(bool challenges, Seconds grace, Time now) {
    if (challenges == challenges_) return;
    challenges_ = challenges;
    turned_ = now;
    passes_until_ = challenges ? now + grace : Time::max();
  }

  bool challenges() const { return challenges_; }
  // The latest change.
  Time turned() const { return turned_; }
  // Whether what belongs to no known connection may yet be one's.
  bool PassesStrangers(Time now) const { return now < passes_until_; }

 private:
  bool challenges_ = false;
  Time turned_ = Time::min();
  Time passes_until_ = Time::max();
};

}  // namespace synsplice
