// The metrics of what belongs to no connection.
#pragma once

#include <vector>

#include "admin/metrics/metric_families.h"
#include "admin/snapshot.h"

namespace synsplice {

void AddStrays(MetricFamilies& to, const std::vector<ServiceState>& services);

}  // namespace synsplice
