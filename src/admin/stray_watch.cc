#include "admin/stray_watch.h"

namespace synsplice {
namespace {

// The control loop does not wake up to the millisecond.
constexpr Milliseconds kInterval{900};

}  // namespace

void StrayWatch::Measure(Watched& watched, const ServiceState& service, double seconds) {
  const StrayCounts counts = StrayCountsOf(service.statistics);
  const auto limits = StrayLimitsOf(service.removed ? PoliceConfig{} : service.police);
  for (size_t kind = 0; kind < kStrayKinds; ++kind) {
    const double rate = static_cast<double>(counts[kind] - watched.before[kind]) / seconds;
    watched.rates[kind] = {rate, watched.meters[kind].Look(rate, limits[kind])};
  }
  watched.before = counts;
}

// Services are added at the end: a new one had none before.
void StrayWatch::Look(Snapshot& snapshot) {
  std::vector<ServiceState>& services = snapshot.services;
  services_.resize(services.size());
  const Milliseconds passed = snapshot.taken - then_;
  const bool first = then_ == Time{};
  if (passed >= kInterval) then_ = snapshot.taken;
  for (size_t i = 0; i < services.size(); ++i) {
    Watched& watched = services_[i];
    if (first) watched.before = StrayCountsOf(services[i].statistics);
    const double seconds = static_cast<double>(passed.count()) / 1000;
    if (passed >= kInterval) Measure(watched, services[i], seconds);
    services[i].strays = watched.rates;
  }
}

}  // namespace synsplice
