// How fast frames come that belong to no connection, and when that is an attack (rule 46): from
// what all workers have counted, so that the limits are the appliance's.
#pragma once

#include <array>
#include <vector>

#include "admin/snapshot.h"
#include "watch/rate_meter.h"

namespace synsplice {

class StrayWatch {
 public:
  // Fills in ServiceState::strays. Between looks that follow each other faster than once a second
  // they stay what they were.
  void Look(Snapshot& snapshot);

 private:
  struct Watched {
    StrayCounts before{};
    std::array<RateMeter, kStrayKinds> meters;
    StrayRates rates;
  };

  static void Measure(Watched& watched, const ServiceState& service, double seconds);

  Time then_{};
  std::vector<Watched> services_;  // by number
};

}  // namespace synsplice
