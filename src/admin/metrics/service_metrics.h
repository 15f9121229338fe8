// The metrics of services and backends.
#pragma once

#include <vector>

#include "admin/metrics/metric_families.h"
#include "admin/snapshot.h"

namespace synsplice {

void AddServices(MetricFamilies& to, const std::vector<ServiceState>& services);
void AddBackends(MetricFamilies& to, const std::vector<BackendState>& backends);

}  // namespace synsplice
