#include "admin/service_statistics.h"

#include <algorithm>
#include <numeric>

namespace synsplice {

void Durations::Add(const DurationHistogram& histogram) {
  for (size_t i = 0; i < buckets.size(); ++i) buckets[i] += histogram.Get(i);
  milliseconds += histogram.milliseconds();
}

Durations Durations::Since(const Durations& before) const {
  Durations later = *this;
  for (size_t i = 0; i < buckets.size(); ++i) later.buckets[i] -= before.buckets[i];
  later.milliseconds -= before.milliseconds;
  return later;
}

uint64_t Durations::Count() const {
  return std::accumulate(buckets.begin(), buckets.end(), uint64_t{0});
}

std::optional<Milliseconds> Durations::Quantile(double share) const {
  const double rank = share * static_cast<double>(Count());
  uint64_t below = 0;
  for (size_t i = 0; i + 1 < buckets.size(); ++i) {
    below += buckets[i];
    if (below != 0 && static_cast<double>(below) >= rank) return DurationHistogram::UpperBound(i);
  }
  return std::nullopt;
}

void ServiceStatistics::Add(const ServiceCounters& counters) {
  for (size_t i = 0; i < events.size(); ++i) events[i] += counters.Get(ServiceEvent(i));
  for (size_t i = 0; i < flows.size(); ++i) flows[i] += counters.Flows(Phase(i));
  handshakes.Add(counters.handshakes);
  is_flooded |= counters.IsFlooded();
  is_challenged |= counters.IsChallenged();
}

void BackendStatistics::Add(const BackendCounters& counters) {
  for (size_t i = 0; i < events.size(); ++i) events[i] += counters.Get(BackendEvent(i));
  down_at = std::max(down_at, counters.down_at());
  answered_at = std::max(answered_at, counters.answered_at());
  answers.Add(counters.answers);
}

}  // namespace synsplice
