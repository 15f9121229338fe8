#include "admin/views.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <numeric>

#include "admin/risk_view.h"
#include "synsplice/base/reason.h"

namespace synsplice {
namespace {

JsonValue UsageView(const Usage& usage) {
  return {{"used", usage.used}, {"capacity", usage.capacity}};
}

JsonValue TrafficView(const PortTraffic& traffic) {
  return {{"frames", traffic.frames}, {"bytes", traffic.bytes}, {"errors", traffic.errors}};
}

JsonValue EndpointsView(const std::vector<Endpoint>& endpoints) {
  JsonValue view = JsonValue::array();
  for (const Endpoint& endpoint : endpoints) view.push_back(ToString(endpoint));
  return view;
}

template <size_t kCount>
JsonValue CountsView(const std::string_view (&labels)[kCount],
                     const std::array<uint64_t, kCount>& counts) {
  JsonValue view;
  for (size_t i = 0; i < kCount; ++i) view[std::string(labels[i])] = counts[i];
  return view;
}

JsonValue ConnectionsView(const std::array<uint64_t, kPhaseCount>& flows) {
  JsonValue view;
  for (size_t i = 0; i < kPhaseCount; ++i) view[Name(Phase(i))] = flows[i];
  return view;
}

JsonValue QuantileView(const Durations& durations, double share) {
  const auto bound = durations.Quantile(share);
  return bound ? JsonValue(bound->count()) : JsonValue();
}

JsonValue DurationsView(const Durations& durations) {
  return {{"count", durations.Count()},
          {"total_ms", durations.milliseconds},
          {"p50_ms", QuantileView(durations, 0.5)},
          {"p99_ms", QuantileView(durations, 0.99)}};
}

JsonValue TimeView(Time time) { return time == Time{} ? JsonValue() : JsonValue(TimeText(time)); }

JsonValue CheckView(const CheckState& check) {
  return {{"up", check.up},
          {"since", TimeView(check.changed)},
          {"result", check.result ? JsonValue(Name(*check.result)) : JsonValue()},
          {"checked", TimeView(check.checked)},
          {"counts", CountsView(kCheckResultLabels, check.counts)}};
}

// The time that half and 99 % of them took; null where there were none.
JsonValue QuantilesView(const Durations& durations) {
  return {{"count", durations.Count()},
          {"p50_ms", QuantileView(durations, 0.5)},
          {"p99_ms", QuantileView(durations, 0.99)}};
}

JsonValue LinkView(const std::optional<LinkState>& link) {
  if (!link) return {};
  return {{"up", link->up},
          {"mbit_per_second", link->megabits ? JsonValue(*link->megabits) : JsonValue()},
          {"full_duplex", link->full_duplex}};
}

JsonValue NamedCountsView(const std::vector<NamedCount>& counts) {
  JsonValue view = JsonValue::object();
  for (const auto& [name, count] : counts) {
    if (count != 0) view[name] = count;
  }
  return view;
}

JsonValue PrefilterView(const std::optional<PrefilterCounts>& counts) {
  if (!counts) return {};
  return {{"frames", std::accumulate(counts->frames.begin(), counts->frames.end(), uint64_t{0})},
          {"bytes", counts->bytes},
          {"reasons", CountsView(kPrefilterReasonLabels, counts->frames)}};
}

// null: the driver does not tell.
JsonValue QueuesView(const std::vector<std::optional<uint32_t>>& queues) {
  JsonValue view = JsonValue::array();
  for (const auto& fill : queues) view.push_back(fill ? JsonValue(*fill) : JsonValue());
  return view;
}

}  // namespace

std::string TimeText(Time time) {
  const int64_t milliseconds = ToMilliseconds(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<time_t>(milliseconds / 1000)), milliseconds % 1000);
}

JsonValue VersionView(const Snapshot& snapshot) {
  return {{"version", snapshot.version}, {"dpdk", snapshot.dpdk_version}};
}

JsonValue StatusView(const Snapshot& snapshot) {
  return {
      {"state", snapshot.PortsAreUp() ? "ready" : "degraded"},
      {"version", snapshot.version},
      {"on_exit", snapshot.on_exit},
      {"started", TimeText(snapshot.started)},
      {"time", TimeText(snapshot.taken)},
      {"uptime_s", (ToMilliseconds(snapshot.taken) - ToMilliseconds(snapshot.started)) / 1000},
      {"workers", snapshot.statistics.workers.size()},
      {"flows", UsageView(snapshot.flows)},
      {"handshakes", UsageView(snapshot.handshakes)},
      {"connlimit_places", UsageView(snapshot.connlimit_places)},
      {"buffers", UsageView(snapshot.buffers)},
      {"events", CountsView(kEventLabels, snapshot.statistics.events)},
  };
}

JsonValue DropsView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (size_t i = 1; i < kReasonCount; ++i) {
    view.push_back({{"reason", kReasonLabels[i]},
                    {"frames", snapshot.statistics.drops[i]},
                    {"text", kReasonTexts[i]}});
  }
  return view;
}

JsonValue PortsView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const PortState& port : snapshot.ports) {
    view.push_back({{"port", port.name},
                    {"device", port.device},
                    {"mac", ToString(port.mac)},
                    {"up", port.up},
                    {"received", TrafficView(port.received)},
                    {"sent", TrafficView(port.sent)},
                    {"missed", port.missed},
                    {"prefilter", PrefilterView(port.prefilter)},
                    {"link", LinkView(port.details.link)},
                    {"waiting", QueuesView(port.details.waiting)},
                    {"xstats", NamedCountsView(port.details.extended)}});
  }
  return view;
}

JsonValue WorkersView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const WorkerLoad& load : snapshot.statistics.workers) {
    view.push_back({{"worker", view.size()},
                    {"frames", load.frames},
                    {"strangers_lost", load.strangers_lost},
                    {"busy", load.busy},
                    {"heartbeat_age_ms", load.heartbeat_age.count()}});
  }
  return view;
}

JsonValue ServicesView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const ServiceState& service : snapshot.services) {
    if (service.IsGone()) continue;
    view.push_back({{"service", service.name},
                    {"removed", service.removed},
                    {"mode", Name(service.mode)},
                    {"challenged", service.statistics.is_challenged},
                    {"flooded", service.statistics.is_flooded},
                    {"attacked", service.IsAttacked()},
                    {"detector", RiskView(service.risk)},
                    {"listen", EndpointsView(service.listen)},
                    {"vlans", service.vlans},
                    {"backends", EndpointsView(service.backends)},
                    {"events", CountsView(kServiceEventLabels, service.statistics.events)},
                    {"connections", ConnectionsView(service.statistics.flows)},
                    {"handshakes", DurationsView(service.statistics.handshakes)},
                    {"last_second", QuantilesView(service.recent_handshakes)}});
  }
  return view;
}

JsonValue NameOfService(const std::vector<ServiceState>& services, uint16_t number) {
  return number < services.size() ? JsonValue(services[number].name) : JsonValue();
}

JsonValue SourcesView(const Snapshot& snapshot, size_t most, std::optional<uint16_t> service) {
  JsonValue view = JsonValue::array();
  for (const SourceState& source : snapshot.sources) {
    if (view.size() == most) break;
    if (service.value_or(source.service) != source.service) continue;
    view.push_back({{"source", SourceText(source.source)},
                    {"service", NameOfService(snapshot.services, source.service)},
                    {"syns", source.syns},
                    {"error", source.error}});
  }
  return view;
}

JsonValue BackendsView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const BackendState& backend : snapshot.backends) {
    if (backend.IsGone()) continue;
    view.push_back({{"backend", ToString(backend.at)},
                    {"up", backend.IsUp()},
                    {"drained", backend.drained},
                    {"services", backend.services},
                    {"check", backend.check ? CheckView(*backend.check) : JsonValue()},
                    {"events", CountsView(kBackendEventLabels, backend.statistics.events)},
                    {"answers", DurationsView(backend.statistics.answers)}});
  }
  return view;
}

JsonValue ListsView(const Snapshot& snapshot) {
  JsonValue view = JsonValue::array();
  for (const ListState& list : snapshot.lists) {
    view.push_back({{"list", list.name},
                    {"tier", NameOf(list.tier)},
                    {"file", list.file.empty() ? JsonValue() : JsonValue(list.file)},
                    {"in_file", list.in_file},
                    {"entries", list.entries},
                    {"hits", list.hits}});
  }
  return view;
}

}  // namespace synsplice
