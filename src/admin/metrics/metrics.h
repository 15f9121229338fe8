// The appliance's numbers in the text format of Prometheus.
#pragma once

#include <string>

#include "admin/snapshot.h"

namespace synsplice {

// Every metric with every value of its labels, so that all of them begin at 0. No label says who a
// client is: there are millions of them.
std::string MetricsText(const Snapshot& snapshot);

}  // namespace synsplice
