#include "admin/metrics/service_metrics.h"

namespace synsplice {
namespace {

using prometheus::MetricType;

uint64_t Get(const ServiceState& service, ServiceEvent event) {
  return service.statistics.events[static_cast<size_t>(event)];
}

// A family of one counter.
template <typename Event>
struct Family {
  Event event;
  const char* name;
  const char* help;
};
constexpr Family<ServiceEvent> kServiceFamilies[] = {
    {ServiceEvent::kSyns, "syns_total", "SYNs that ask for a new connection."},
    {ServiceEvent::kCookiesSent, "cookies_sent_total", "SYNs answered with a cookie."},
    {ServiceEvent::kConnectionsNoted, "connections_noted_total",
     "Connections of clients that were not challenged."},
    {ServiceEvent::kConnectionsOpened, "connections_opened_total",
     "Connections joined to a backend."},
    {ServiceEvent::kConnlimitRejections, "connlimit_rejections_total",
     "Connections that connlimit refused."},
    {ServiceEvent::kDownRejections, "down_rejections_total",
     "SYNs that came while nobody behind could take them."},
    {ServiceEvent::kSynLimitRejections, "syn_limit_rejections_total",
     "SYNs that syn_limit or syn_limit_per_source refused."},
    {ServiceEvent::kAcceptLimitRejections, "accept_limit_rejections_total",
     "Connections that accept_limit or accept_limit_per_source refused."},
    {ServiceEvent::kBackendBusyRejections, "backend_busy_rejections_total",
     "Connections that waited in vain for their turn at a backend."},
};

struct EventLabel {
  ServiceEvent event;
  const char* name;
};
constexpr EventLabel kCookieResults[] = {
    {ServiceEvent::kCookiesValid, "valid"},
    {ServiceEvent::kCookiesWrong, "wrong"},
    {ServiceEvent::kCookiesExpired, "expired"},
    {ServiceEvent::kCookiesNeverSent, "never_sent"},
};

// Of mode monitor.
constexpr EventLabel kWouldResults[] = {
    {ServiceEvent::kWouldCookiesSent, "cookie"},
    {ServiceEvent::kWouldConnectionsOpened, "open"},
    {ServiceEvent::kWouldConnlimitRejections, "connlimit"},
    {ServiceEvent::kWouldSynLimitRejections, "syn_limit"},
    {ServiceEvent::kWouldAcceptLimitRejections, "accept_limit"},
    {ServiceEvent::kWouldPoliceDrops, "police"},
    {ServiceEvent::kWouldDownRejections, "down"},
    {ServiceEvent::kWouldDrops, "drop"},
};

constexpr Family<BackendEvent> kBackendFamilies[] = {
    {BackendEvent::kSyns, "backend_syns_total", "Connections that a backend was asked for."},
    {BackendEvent::kConnectionsOpened, "backend_connections_opened_total",
     "Of these, those that it took."},
    {BackendEvent::kRefused, "backend_refused_total", "Those that it refused."},
    {BackendEvent::kSilent, "backend_silent_total", "Those that it did not answer."},
};

// All results from the beginning.
void AddChecks(MetricFamilies& to, const BackendState& of) {
  for (size_t i = 0; i < kCheckResultCount; ++i) {
    to.Add(of.check->counts[i],
           {{"backend", ToString(of.at)}, {"result", std::string(kCheckResultLabels[i])}});
  }
}

// Rule 45.
void AddRisks(MetricFamilies& to, const std::vector<ServiceState>& services) {
  to.Begin(MetricType::Gauge, "service_attacked",
           "1 while a service is flooded, or the detector sees an attack.");
  for (const ServiceState& of : services) {
    to.Add(of.IsAttacked() ? 1.0 : 0.0, {{"service", of.name}});
  }
  to.Begin(MetricType::Gauge, "risk_ratio", "What comes to a service, to what is usual there.");
  for (const ServiceState& of : services) {
    to.Add(static_cast<double>(of.risk.percent) / 100, {{"service", of.name}});
  }
  to.Begin(MetricType::Gauge, "baseline_syns_per_second",
           "What is usual: 99 of 100 windows have no more SYNs.");
  for (const ServiceState& of : services) {
    to.Add(of.risk.second.usual_syns, {{"service", of.name}, {"window", "1s"}});
    to.Add(of.risk.minute.usual_syns, {{"service", of.name}, {"window", "60s"}});
  }
  to.Begin(MetricType::Gauge, "detector_learning",
           "1 while too little is known of a service, which is judged by defaults.");
  for (const ServiceState& of : services) {
    to.Add(of.risk.learning ? 1.0 : 0.0, {{"service", of.name}});
  }
}

}  // namespace

void AddServices(MetricFamilies& to, const std::vector<ServiceState>& services) {
  for (const auto& [event, name, help] : kServiceFamilies) {
    to.Begin(MetricType::Counter, name, help);
    for (const ServiceState& of : services) to.Add(Get(of, event), {{"service", of.name}});
  }
  to.Begin(MetricType::Counter, "cookies_total", "ACKs of no connection, by their cookie.");
  for (const ServiceState& of : services) {
    for (const auto& [event, result] : kCookieResults) {
      to.Add(Get(of, event), {{"service", of.name}, {"result", result}});
    }
  }
  to.Begin(MetricType::Counter, "would_total",
           "In mode monitor, or a limit of action log: what would have been done.");
  for (const ServiceState& of : services) {
    for (const auto& [event, action] : kWouldResults) {
      to.Add(Get(of, event), {{"service", of.name}, {"action", action}});
    }
  }
  to.Begin(MetricType::Gauge, "connections", "Connections by phase, ended ones included.");
  for (const ServiceState& of : services) {
    for (size_t i = 0; i < kPhaseCount; ++i) {
      to.Add(of.statistics.flows[i], {{"service", of.name}, {"phase", Name(Phase(i))}});
    }
  }
  to.Begin(MetricType::Gauge, "service_flooded", "1 while a service is under a flood of SYNs.");
  for (const ServiceState& of : services) {
    to.Add(of.statistics.is_flooded ? 1.0 : 0.0, {{"service", of.name}});
  }
  AddRisks(to, services);
  to.Begin(MetricType::Gauge, "mode", "1 for the mode that a service is in, 0 for others.");
  for (const ServiceState& of : services) {
    for (const std::string_view mode : kModeNames) {
      to.Add(mode == Name(of.mode) ? 1.0 : 0.0,
             {{"service", of.name}, {"mode", std::string(mode)}});
    }
  }
  to.Begin(MetricType::Gauge, "challenged", "1 while cookies go to the clients of a service.");
  for (const ServiceState& of : services) {
    to.Add(of.statistics.is_challenged ? 1.0 : 0.0, {{"service", of.name}});
  }
  to.Begin(MetricType::Histogram, "handshake_duration_seconds",
           "From the ACK with the cookie to the SYN-ACK of the backend.");
  for (const ServiceState& of : services) {
    to.Add(of.statistics.handshakes, {{"service", of.name}});
  }
}

void AddBackends(MetricFamilies& to, const std::vector<BackendState>& backends) {
  to.Begin(MetricType::Gauge, "backend_up", "0 while a backend is known to be down.");
  for (const BackendState& of : backends) {
    to.Add(of.IsUp() ? 1.0 : 0.0, {{"backend", ToString(of.at)}});
  }
  to.Begin(MetricType::Gauge, "backend_drained", "1 while it gets no new connections, by order.");
  for (const BackendState& of : backends) {
    to.Add(of.drained ? 1.0 : 0.0, {{"backend", ToString(of.at)}});
  }
  for (const auto& [event, name, help] : kBackendFamilies) {
    to.Begin(MetricType::Counter, name, help);
    for (const BackendState& of : backends) {
      to.Add(of.statistics.events[static_cast<size_t>(event)], {{"backend", ToString(of.at)}});
    }
  }
  to.Begin(MetricType::Counter, "backend_checks_total", "Checks of a backend, by their result.");
  for (const BackendState& of : backends) {
    if (of.check) AddChecks(to, of);
  }
  to.Begin(MetricType::Histogram, "backend_answer_seconds",
           "From the latest SYN to a backend to its SYN-ACK.");
  for (const BackendState& of : backends) {
    to.Add(of.statistics.answers, {{"backend", ToString(of.at)}});
  }
}

}  // namespace synsplice
