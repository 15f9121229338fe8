#include "admin/risk_subjects.h"

#include <algorithm>
#include <utility>

namespace synsplice {
namespace {

// Seconds that tell of a source (SynSources::kWindow).
constexpr double kOfLate = 10;

uint64_t Get(const ServiceStatistics& statistics, ServiceEvent event) {
  return statistics.events[static_cast<size_t>(event)];
}

// Whoever sends the right cookie, or is proved by the server, is no forged address, whatever the
// server makes of him: a backend that is down is no attack. One whom connlimit or an accept limit
// refuses could send the same ACK again and again.
uint64_t CompletedOf(const ServiceStatistics& statistics) {
  const uint64_t valid = Get(statistics, ServiceEvent::kCookiesValid);
  const uint64_t refused = Get(statistics, ServiceEvent::kConnlimitRejections) +
                           Get(statistics, ServiceEvent::kAcceptLimitRejections);
  return valid - std::min(valid, refused) + Get(statistics, ServiceEvent::kConnectionsNoted);
}

// What comes while nobody can take it becomes no connection: an outage is no attack.
uint64_t SynsOf(const ServiceStatistics& statistics) {
  const uint64_t syns = Get(statistics, ServiceEvent::kSyns);
  return syns - std::min(syns, Get(statistics, ServiceEvent::kDownRejections));
}

ServiceSample SampleOf(const ServiceStatistics& statistics) {
  return {SynsOf(statistics),
          CompletedOf(statistics),
          statistics.flows[static_cast<size_t>(Phase::kEstablished)],
          {}};
}

}  // namespace

std::vector<Detector::Subject> SubjectsOf(const Snapshot& snapshot, const TierOf& tier_of) {
  std::vector<ServiceSample> samples;
  for (const ServiceState& service : snapshot.services) {
    samples.push_back(SampleOf(service.statistics));
  }
  for (const SourceState& source : snapshot.sources) {
    if (source.service >= samples.size()) continue;
    samples[source.service].sources.push_back({source.source,
                                               tier_of(source.service, source.source),
                                               static_cast<double>(source.certain()) / kOfLate});
  }
  std::vector<Detector::Subject> subjects;
  for (size_t i = 0; i < samples.size(); ++i) {
    const ServiceState& service = snapshot.services[i];
    if (service.removed) continue;
    subjects.push_back({i, service.name, service.detector, std::move(samples[i])});
  }
  return subjects;
}

}  // namespace synsplice
