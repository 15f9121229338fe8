#include "admin/metrics/stray_metrics.h"

namespace synsplice {
namespace {

using prometheus::MetricType;

// `value(service, kind)` of each kind of each service.
template <typename Value>
void AddByKind(MetricFamilies& to, const std::vector<ServiceState>& services, Value value) {
  for (const ServiceState& of : services) {
    for (size_t kind = 0; kind < kStrayKinds; ++kind) {
      to.Add(value(of, kind), {{"service", of.name}, {"kind", std::string(kStrayKindNames[kind])}});
    }
  }
}

}  // namespace

void AddStrays(MetricFamilies& to, const std::vector<ServiceState>& services) {
  to.Begin(MetricType::Counter, "out_of_state_total",
           "Frames for a service that belong to no connection.");
  AddByKind(to, services,
            [](const ServiceState& of, size_t kind) { return StrayCountsOf(of.statistics)[kind]; });
  to.Begin(MetricType::Gauge, "out_of_state_attack",
           "1 while as many of them come as its police calls an attack.");
  AddByKind(to, services, [](const ServiceState& of, size_t kind) {
    return of.strays[kind].is_attack ? 1.0 : 0.0;
  });
  to.Begin(MetricType::Counter, "police_drops_total", "Of these, those dropped by police.");
  for (const ServiceState& of : services) {
    to.Add(of.statistics.events[static_cast<size_t>(ServiceEvent::kPoliceDrops)],
           {{"service", of.name}});
  }
}

}  // namespace synsplice
