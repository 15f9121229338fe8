#include "admin/events/event_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "admin/risk_view.h"

namespace synsplice {
namespace {

// How often one hears of an attack that goes on.
constexpr Seconds kUpdate{10};
constexpr size_t kSources = 5;
// Others than the clock may publish a snapshot: what has come within a moment tells no rate.
constexpr Milliseconds kShortestRate{900};

uint64_t SynsOf(const ServiceState& service) {
  return service.statistics.events[static_cast<size_t>(ServiceEvent::kSyns)];
}

double SecondsBetween(Time from, Time to) {
  return std::max(static_cast<double>((to - from).count()) / 1000, 0.001);
}

template <typename Limit>
std::string NetworkOf(const Address& client, const Limit& limit) {
  const uint32_t length = client.IsV4() ? limit.prefix_length_v4 : limit.prefix_length_v6;
  return fmt::format("{}/{}", ToString(Mask(client, length)), length);
}

JsonValue RateView(const RateLimit& limit) {
  static constexpr std::string_view kActions[] = {"drop", "reset", "log"};
  return {{"rate", limit.rate.count},
          {"per_s", limit.rate.per.count()},
          {"burst", limit.burst},
          {"action", kActions[static_cast<size_t>(limit.action)]}};
}

// A limit of all clients together names none of them.
JsonValue OverRate(const RefusedClient&, const RateLimit& limit) {
  return {{"limit", RateView(limit)}};
}

JsonValue OverRate(const RefusedClient& refused, const SourceRateLimit& limit) {
  JsonValue view = RateView(limit);
  view["network"] = NetworkOf(refused.client, limit);
  return {{"client_ip", ToString(refused.client)}, {"limit", view}};
}

JsonValue OverConnlimit(const RefusedClient& refused, const ConnlimitConfig& connlimit) {
  const JsonValue view = {{"above", connlimit.above},
                          {"network", NetworkOf(refused.client, connlimit)}};
  return {{"client_ip", ToString(refused.client)}, {"connlimit", view}};
}

JsonValue OverLimit(const RefusedClient& refused, const ServiceState& service) {
  switch (refused.limit) {
    case Reason::kSynLimit:
      return OverRate(refused, service.syn_limit);
    case Reason::kSynLimitPerSource:
      return OverRate(refused, service.syn_limit_per_source);
    case Reason::kAcceptLimit:
      return OverRate(refused, service.accept_limit);
    case Reason::kAcceptLimitPerSource:
      return OverRate(refused, service.accept_limit_per_source);
    default:
      return OverConnlimit(refused, service.connlimit);
  }
}

// Which service is said already. Those that the detector does not know have no risk.
JsonValue TopSources(const Snapshot& snapshot, size_t service) {
  JsonValue sources = SourcesView(snapshot, kSources, static_cast<uint16_t>(service));
  for (JsonValue& source : sources) {
    source.erase("service");
    source["risk_percent"] = 0;
    for (const SourceRisk& risk : snapshot.services[service].risk.sources) {
      if (source["source"] == SourceText(risk.source)) source["risk_percent"] = risk.percent;
    }
  }
  return sources;
}

// By what it is an attack now: the workers' limit, what the service has of incomplete SYNs, what
// one network sends.
void AddReasons(const ServiceState& service, std::set<std::string_view>& reasons) {
  if (service.statistics.is_flooded) reasons.insert("flooded");
  if (!service.risk.is_attack) return;
  const int64_t least = service.detector.detector.risk_percent.end;
  const auto risky = [&](const SourceRisk& source) { return source.percent >= least; };
  if (service.risk.OfService() >= least) reasons.insert("incomplete");
  if (std::ranges::any_of(service.risk.sources, risky)) reasons.insert("source");
}

int64_t Whole(double rate) { return static_cast<int64_t>(rate + 0.5); }

// Who has found out: checks, with what they had for an answer, or clients' connections.
std::string WhyChanged(const BackendState& before, const BackendState& now) {
  const bool checked = now.check && now.check->result && now.check->changed != Time{} &&
                       (!before.check || before.check->up != now.check->up);
  return checked ? "check_" + std::string(Name(*now.check->result)) : "connections";
}

}  // namespace

JsonValue EventOf(Time time, const char* type, JsonValue more) {
  JsonValue event = {
      {"timestamp", TimeText(time)}, {"src_type", "synsplice"}, {"event_type", type}};
  event.update(more);
  return event;
}

void EventMaker::Add(const Snapshot& snapshot, const char* type, JsonValue more) {
  events_.push_back(EventOf(snapshot.taken, type, std::move(more)));
}

std::vector<JsonValue> EventMaker::Look(const Snapshot& snapshot) {
  events_.clear();
  MeasureSyns(snapshot);
  // The first look has nothing to be compared with, nor has a new service.
  if (before_.ports.size() == snapshot.ports.size()) {
    attacks_.resize(before_.services.size());
    for (size_t i = 0; i < attacks_.size(); ++i) {
      LookAtMode(i, snapshot);
      LookAtService(i, snapshot);
    }
    LookAtBackends(snapshot);
    LookAtPorts(snapshot);
    const auto tell = [&](const char* type, JsonValue more) {
      Add(snapshot, type, std::move(more));
    };
    strays_.Look(before_, snapshot, tell);
    pressure_.Look(before_, snapshot, tell);
  }
  LookAtRefused(snapshot);
  before_ = snapshot;
  return std::exchange(events_, {});
}

void EventMaker::LookAtMode(size_t index, const Snapshot& snapshot) {
  const ServiceState &service = snapshot.services[index], &earlier = before_.services[index];
  const bool challenged = service.statistics.is_challenged;
  // Workers follow a switch in their own time: of other modes the mode says it.
  const bool turns = service.mode == Mode::kAdaptive && earlier.mode == Mode::kAdaptive &&
                     challenged != earlier.statistics.is_challenged;
  if (service.mode == earlier.mode && !turns) return;
  JsonValue mode = {{"before", Name(earlier.mode)}, {"after", Name(service.mode)}};
  if (service.mode == Mode::kAdaptive) mode["challenged"] = challenged;
  Add(snapshot, "mode", {{"service", service.name}, {"mode", mode}});
}

void EventMaker::MeasureSyns(const Snapshot& snapshot) {
  if (snapshot.taken - latest_.at < kShortestRate) return;
  Syns now{snapshot.taken, {}};
  for (const ServiceState& service : snapshot.services) now.of.push_back(SynsOf(service));
  earlier_ = latest_.of.empty() ? now : std::move(latest_);
  latest_ = std::move(now);
  earlier_.of.resize(latest_.of.size());  // a new one had none
}

// 0: it is newer than the latest measure.
double EventMaker::RateOf(size_t service) const {
  if (service >= latest_.of.size()) return 0;
  return static_cast<double>(latest_.of[service] - earlier_.of[service]) /
         SecondsBetween(earlier_.at, latest_.at);
}

void EventMaker::LookAtService(size_t index, const Snapshot& snapshot) {
  const ServiceState& service = snapshot.services[index];
  const Time now = snapshot.taken;
  std::optional<Attack>& attack = attacks_[index];
  const bool attacked = service.IsAttacked(), begins = attacked && !attack;
  if (begins) {
    attack = Attack{earlier_.at, now, index < earlier_.of.size() ? earlier_.of[index] : 0};
  }
  if (!attack) return;
  JsonValue numbers = NumbersOf(*attack, RateOf(index), service, now);
  numbers["top_sources"] = TopSources(snapshot, index);
  const bool updates = attacked && !begins && now - attack->told >= kUpdate;
  const char* type = begins ? "attack_start" : updates ? "attack_update" : "attack_end";
  if (attacked && !begins && !updates) return;
  Add(snapshot, type, {{"service", service.name}, {type, numbers}});
  attack->told = now;
  if (!attacked) attack.reset();
}

// `rate`: SYNs per second of late.
JsonValue EventMaker::NumbersOf(Attack& attack, double rate, const ServiceState& service,
                                Time now) const {
  attack.peak = std::max(attack.peak, rate);
  attack.peak_risk = std::max(attack.peak_risk, service.risk.percent);
  AddReasons(service, attack.reasons);
  const double seconds = SecondsBetween(attack.begun, now);
  const double mean = static_cast<double>(SynsOf(service) - attack.syns_before) / seconds;
  return {{"syns_per_second", Whole(rate)},
          {"peak_syns_per_second", Whole(attack.peak)},
          {"mean_syns_per_second", Whole(mean)},
          {"duration_s", Whole(seconds)},
          {"reasons", attack.reasons},
          {"risk_percent", service.risk.percent},
          {"peak_risk_percent", attack.peak_risk},
          {"incomplete_percent", Whole(100 * service.risk.incomplete)},
          {"windows", WindowsView(service.risk)}};
}

void EventMaker::LookAtBackends(const Snapshot& snapshot) {
  for (size_t i = 0; i < before_.backends.size(); ++i) {
    const BackendState& backend = snapshot.backends[i];
    if (backend.IsGone()) continue;
    const bool up = backend.IsUp();
    if (up == before_.backends[i].IsUp()) continue;
    Add(snapshot, "backend",
        {{"backend", ToString(backend.at)},
         {"services", backend.services},
         {"state", up ? "up" : "down"},
         {"reason", WhyChanged(before_.backends[i], backend)}});
  }
}

void EventMaker::LookAtPorts(const Snapshot& snapshot) {
  for (size_t i = 0; i < snapshot.ports.size(); ++i) {
    const PortState& port = snapshot.ports[i];
    if (port.up == before_.ports[i].up) continue;
    Add(snapshot, "port",
        {{"port", port.name}, {"device", port.device}, {"state", port.up ? "up" : "down"}});
  }
}

void EventMaker::LookAtRefused(const Snapshot& snapshot) {
  for (const RefusedClient& refused : snapshot.refused) {
    if (refused.service >= snapshot.services.size()) continue;
    const ServiceState& service = snapshot.services[refused.service];
    const uint64_t before = std::exchange(unheard_told_, snapshot.refused_unheard);
    const char* type = refused.limit == Reason::kConnlimit ? "connlimit" : "limit";
    JsonValue more = OverLimit(refused, service);
    more[type]["suppressed"] = snapshot.refused_unheard - before;
    more["service"] = service.name;
    more["reason"] = Label(refused.limit);
    events_.push_back(EventOf(refused.when, type, std::move(more)));
  }
}

}  // namespace synsplice
