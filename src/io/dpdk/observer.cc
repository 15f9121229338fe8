#include "io/dpdk/observer.h"

#include <rte_cycles.h>
#include <rte_mempool.h>
#include <rte_version.h>

#include <algorithm>
#include <utility>

#include "control/on_exit.h"
#include "io/dpdk/port_details.h"

namespace synsplice {
namespace {

// As the operator has configured it.
ServiceState StateOf(const ServiceConfig& service, bool removed) {
  ServiceState state{service.name, service.listen, {}, {}, removed};
  state.connlimit = service.connlimit;
  state.syn_limit = service.syn_limit;
  state.syn_limit_per_source = service.syn_limit_per_source;
  state.accept_limit = service.accept_limit;
  state.accept_limit_per_source = service.accept_limit_per_source;
  state.mode = service.mode;
  state.vlans = service.vlans;
  state.flood_syns_per_second = service.flood_syns_per_second;
  state.police = service.police;
  state.detector = {service.detector, service.flood_syns_per_second};
  for (const BackendConfig& backend : service.backends) state.backends.push_back(backend.endpoint);
  return state;
}

std::vector<ServiceState> ServicesOf(const Policy& policy) {
  std::vector<ServiceState> states;
  for (size_t i = 0; i < policy.service_count(); ++i) {
    states.push_back(StateOf(policy.service(i), policy.IsServiceRemoved(i)));
  }
  return states;
}

// The listeners of a service follow each other.
void AddService(BackendState& backend, const std::string& name) {
  if (backend.services.empty() || backend.services.back() != name) backend.services.push_back(name);
}

// Without the one of no backend.
std::vector<BackendState> BackendsOf(const Policy& policy) {
  std::vector<BackendState> states(policy.backend_count() - 1);
  for (size_t i = 0; i < states.size(); ++i) {
    const Backend& backend = policy.backend(static_cast<BackendId>(i + 1));
    states[i].at = backend.at();
    states[i].drained = backend.drained;
    if (backend.checked) states[i].check.emplace();
    states[i].neighbour = backend.neighbour;
  }
  for (size_t i = 1; i < policy.listener_count(); ++i) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(i));
    for (const BackendId id : listener.backends) {
      AddService(states[id - 1u], policy.service(listener).name);
    }
  }
  return states;
}

CheckState CheckStateOf(const BackendChecks::Record& record) {
  CheckState state;
  state.up = !record.down.load(std::memory_order_relaxed);
  state.checked = FromMilliseconds(record.checked_at.load(std::memory_order_relaxed));
  state.changed = FromMilliseconds(record.changed_at.load(std::memory_order_relaxed));
  if (state.checked != Time{}) state.result = CheckResult(record.result.load());
  for (size_t i = 0; i < kCheckResultCount; ++i) state.counts[i] = record.counts[i].Get();
  return state;
}

// What others have, and what lies in the caches of lcores.
Usage UsageOf(rte_mempool* pool) {
  return {pool->size - rte_mempool_avail_count(pool), pool->size};
}

}  // namespace

Observer::Observer(const ApplianceConfig& config, const Policy& policy,
                   const WorkerEnvironment& environment, const Workers& workers)
    : config_(config),
      environment_(environment),
      workers_(workers),
      clock_(environment.utc),
      started_(clock_.Now()),
      looked_cycles_(rte_rdtsc()),
      looked_busy_(config.workers) {
  Adopt(policy);
}

void Observer::Adopt(const Policy& policy) {
  services_ = ServicesOf(policy);
  backends_ = BackendsOf(policy);
}

Snapshot Observer::Look(Statistics statistics, bool outside_up, bool inside_up) {
  const Config& core = config_.core;
  const uint64_t workers = config_.workers;
  Snapshot snapshot;
  snapshot.version = SYNSPLICE_VERSION;
  snapshot.dpdk_version = rte_version();
  snapshot.on_exit = Name(WhatIsLeft(config_.ports));
  snapshot.started = started_;
  snapshot.taken = clock_.Now();
  AddLoads(statistics, snapshot.taken);
  snapshot.ports = {StateOf(environment_.outside, outside_up),
                    StateOf(environment_.inside, inside_up)};
  AddServices(snapshot);
  TakeRefused(snapshot);
  recent_handshakes_.Look(snapshot);
  strays_.Look(snapshot);
  ReadSources();
  snapshot.sources = MergeSources(sources_);
  snapshot.flows = {statistics.flows, core.flow_table_entries * workers};
  snapshot.handshakes = {statistics.handshakes, core.handshake.slots * workers};
  statistics.connlimit_places = environment_.shared.connlimit.total();
  snapshot.connlimit_places = {statistics.connlimit_places, core.connlimit_table_entries};
  snapshot.buffers = UsageOf(environment_.pool.get());
  snapshot.process = process_.Look();
  snapshot.statistics = std::move(statistics);
  return snapshot;
}

void Observer::AddHits(std::vector<ListState>& lists) const {
  for (const auto& worker : workers_) {
    const auto hits = worker->list_hits();
    for (ListState& list : lists) list.hits += hits[list.id].Get();
  }
}

void Observer::AddServices(Snapshot& snapshot) const {
  snapshot.services = services_;
  snapshot.backends = backends_;
  const BackendChecks& checks = environment_.shared.checks;
  for (size_t i = 0; i < backends_.size(); ++i) {
    std::optional<CheckState>& check = snapshot.backends[i].check;
    if (check) check = CheckStateOf(checks.Of(static_cast<BackendId>(i + 1)));
  }
  for (const auto& worker : workers_) {
    const auto services = worker->service_counters();
    for (size_t i = 0; i < services.size(); ++i) {
      snapshot.services[i].statistics.Add(services[i]);
    }
    const auto backends = worker->backend_counters().subspan(1);
    for (size_t i = 0; i < backends.size(); ++i) {
      snapshot.backends[i].statistics.Add(backends[i]);
    }
  }
}

void Observer::TakeRefused(Snapshot& snapshot) {
  for (const auto& worker : workers_) {
    RefusedClients& clients = worker->refused_clients();
    for (RefusedClient refused; clients.Take(refused);) snapshot.refused.push_back(refused);
    snapshot.refused_unheard += clients.unheard();
    snapshot.list_notes_lost += worker->notes().lost();
  }
}

// Of a worker that is writing, what was read before stays.
void Observer::ReadSources() {
  sources_.resize(workers_.size());
  for (size_t i = 0; i < workers_.size(); ++i) {
    SourceList list;
    if (workers_[i]->sources().Read(list)) sources_[i] = std::move(list);
  }
}

void Observer::AddLoads(Statistics& statistics, Time now) {
  const uint64_t cycles = rte_rdtsc();
  const auto passed = static_cast<double>(cycles - looked_cycles_);
  looked_cycles_ = cycles;
  for (size_t i = 0; i < workers_.size(); ++i) {
    const uint64_t busy = workers_[i]->busy_cycles();
    WorkerLoad& load = statistics.workers[i];
    load.busy = static_cast<double>(busy - std::exchange(looked_busy_[i], busy)) / passed;
    load.heartbeat_age = std::max(now - workers_[i]->heartbeat(), Milliseconds(0));
  }
}

PortState Observer::StateOf(const Port& port, bool up) const {
  const bool outside = port.side() == Side::kOutside;
  const Shared& shared = environment_.shared;
  const PortCounts counts = port.Counts();
  return {outside ? "outside" : "inside",
          port.device(),
          outside ? shared.outside_mac : shared.inside_mac,
          up,
          {counts.received_frames, counts.received_bytes, counts.received_errors},
          {counts.sent_frames, counts.sent_bytes, counts.sent_errors},
          counts.missed,
          DetailsOf(port)};
}

}  // namespace synsplice
