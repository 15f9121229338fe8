// A snapshot as the detector looks at it.
#pragma once

#include <functional>
#include <vector>

#include "admin/snapshot.h"
#include "detect/detector.h"

namespace synsplice {

// Of the list that looks after a source of a service; kNone: of none.
using TierOf = std::function<Tier(uint16_t service, const Prefix& source)>;

// The services that the configuration has.
std::vector<Detector::Subject> SubjectsOf(const Snapshot& snapshot, const TierOf& tier_of);

}  // namespace synsplice
