#include "admin/metrics/metrics.h"

#include <functional>
#include <set>

#include "admin/metrics/metric_families.h"
#include "admin/metrics/service_metrics.h"
#include "admin/metrics/stray_metrics.h"

namespace synsplice {
namespace {

using prometheus::MetricType;

void AddBuild(MetricFamilies& to, const Snapshot& snapshot) {
  to.Begin(MetricType::Gauge, "build_info", "Always 1; the versions are in the labels.");
  to.Add(1.0, {{"version", snapshot.version}, {"dpdk", snapshot.dpdk_version}});
  to.Begin(MetricType::Gauge, "start_time_seconds", "When it was started, UTC.");
  to.Add(static_cast<double>(ToMilliseconds(snapshot.started)) / 1000);
}

void AddOnExit(MetricFamilies& to, const std::string& left) {
  to.Begin(MetricType::Gauge, "on_exit", "1 for what it leaves in the wire when it ends.");
  for (const std::string action : {"wire", "block"}) {
    to.Add(action == left ? 1.0 : 0.0, {{"action", action}});
  }
}

void AddTraffic(MetricFamilies& to, const Snapshot& snapshot, const char* name, const char* help,
                uint64_t PortTraffic::*field) {
  to.Begin(MetricType::Counter, name, help);
  for (const PortState& port : snapshot.ports) {
    to.Add(port.received.*field, {{"port", port.name}, {"direction", "in"}});
    to.Add(port.sent.*field, {{"port", port.name}, {"direction", "out"}});
  }
}

// What the drivers do not know is absent.
void AddLinks(MetricFamilies& to, const std::vector<PortState>& ports) {
  to.Begin(MetricType::Gauge, "port_link_speed_bytes_per_second", "Of the link, while it is up.");
  for (const PortState& port : ports) {
    const auto& link = port.details.link;
    if (!link || !link->megabits) continue;
    to.Add(*link->megabits * 1e6 / 8, {{"port", port.name}});
  }
  to.Begin(MetricType::Gauge, "port_receive_queue_frames", "That wait to be fetched.");
  for (const PortState& port : ports) {
    const auto& queues = port.details.waiting;
    for (size_t i = 0; i < queues.size(); ++i) {
      if (!queues[i]) continue;
      to.Add(*queues[i] * 1.0, {{"port", port.name}, {"queue", std::to_string(i)}});
    }
  }
}

void AddPorts(MetricFamilies& to, const Snapshot& snapshot) {
  AddTraffic(to, snapshot, "frames_total", "Frames that a port has received and sent.",
             &PortTraffic::frames);
  AddTraffic(to, snapshot, "bytes_total", "Bytes of these frames.", &PortTraffic::bytes);
  AddTraffic(to, snapshot, "port_errors_total", "Frames that its driver took for damaged.",
             &PortTraffic::errors);
  to.Begin(MetricType::Counter, "port_missed_total",
           "Frames that found no room because nobody fetched them in time.");
  for (const PortState& port : snapshot.ports) to.Add(port.missed, {{"port", port.name}});
  to.Begin(MetricType::Counter, "port_xstats_total", "The driver's own counters, by its names.");
  for (const PortState& port : snapshot.ports) {
    for (const auto& [name, count] : port.details.extended) {
      to.Add(count, {{"port", port.name}, {"name", name}});
    }
  }
  AddLinks(to, snapshot.ports);
  to.Begin(MetricType::Gauge, "port_up", "1 while the port does its work.");
  for (const PortState& port : snapshot.ports) to.Add(port.up ? 1.0 : 0.0, {{"port", port.name}});
}

void AddPrefilter(MetricFamilies& to, const std::vector<PortState>& ports) {
  PrefilterCounts counts;
  for (const PortState& port : ports) {
    if (port.prefilter) counts.Add(*port.prefilter);
  }
  to.Begin(MetricType::Counter, "prefilter_frames_total",
           "Frames that the pre-filter has dropped in the kernel, by reason.");
  for (size_t i = 0; i < kPrefilterReasonCount; ++i) {
    to.Add(counts.frames[i], {{"reason", std::string(kPrefilterReasonLabels[i])}});
  }
  to.Begin(MetricType::Counter, "prefilter_bytes_total", "Bytes of these frames.");
  to.Add(counts.bytes);
}

void AddLists(MetricFamilies& to, const Snapshot& snapshot) {
  to.Begin(MetricType::Gauge, "list_entries", "Prefixes of a list, its file's and others.");
  for (const ListState& list : snapshot.lists) {
    to.Add(list.in_file + list.entries, {{"list", list.name}});
  }
  to.Begin(MetricType::Counter, "list_hits_total",
           "SYNs of clients on a list, and all else that it has blocked.");
  for (const ListState& list : snapshot.lists) {
    to.Add(list.hits, {{"list", list.name}, {"tier", std::string(NameOf(list.tier))}});
  }
  to.Begin(MetricType::Counter, "list_saves_failed_total",
           "How often the entries of lists could not be saved.");
  to.Add(snapshot.list_saves_failed);
  to.Begin(MetricType::Counter, "baseline_saves_failed_total",
           "How often what the detector has learned could not be saved.");
  to.Add(snapshot.baseline_saves_failed);
  to.Begin(MetricType::Counter, "list_bans_refused_total",
           "How often a client over a limit found no room on its list.");
  to.Add(snapshot.list_bans_refused);
  to.Begin(MetricType::Counter, "list_notes_lost_total",
           "Clients on lists, or over a limit, of whom workers had no room to tell.");
  to.Add(snapshot.list_notes_lost);
}

void AddCounters(MetricFamilies& to, const Statistics& statistics) {
  to.Begin(MetricType::Counter, "events_total", "What happened in the core, by event.");
  for (size_t i = 0; i < kEventCount; ++i) {
    to.Add(statistics.events[i], {{"event", std::string(kEventLabels[i])}});
  }
  to.Begin(MetricType::Counter, "drops_total", "Dropped frames by reason.");
  for (size_t i = 1; i < kReasonCount; ++i) {
    to.Add(statistics.drops[i], {{"reason", std::string(kReasonLabels[i])}});
  }
}

void AddUsage(MetricFamilies& to, const std::string& used, const std::string& capacity,
              const std::string& what, const Usage& usage) {
  to.Begin(MetricType::Gauge, used, what + " in use.");
  to.Add(usage.used);
  to.Begin(MetricType::Gauge, capacity, what + " that there are.");
  to.Add(usage.capacity);
}

void AddTables(MetricFamilies& to, const Snapshot& snapshot) {
  AddUsage(to, "flow_table_entries", "flow_table_capacity", "Flow table entries", snapshot.flows);
  AddUsage(to, "handshake_slots_in_use", "handshake_slots_capacity", "Handshake slots",
           snapshot.handshakes);
  AddUsage(to, "connlimit_places", "connlimit_table_capacity", "Places of connections in connlimit",
           snapshot.connlimit_places);
  to.Begin(MetricType::Gauge, "mbufs_free", "Packet buffers that nobody has.");
  to.Add(snapshot.buffers.capacity - snapshot.buffers.used);
}

void AddByWorker(MetricFamilies& to, const Statistics& statistics,
                 const std::function<double(const WorkerLoad&)>& value) {
  for (size_t i = 0; i < statistics.workers.size(); ++i) {
    to.Add(value(statistics.workers[i]), {{"worker", std::to_string(i)}});
  }
}

void AddWorkers(MetricFamilies& to, const Statistics& statistics) {
  to.Begin(MetricType::Counter, "worker_frames_total", "Frames that a worker has judged.");
  AddByWorker(to, statistics,
              [](const WorkerLoad& load) { return static_cast<double>(load.frames); });
  to.Begin(MetricType::Counter, "worker_strangers_lost_total",
           "Frames for a worker, fetched by another one, that its ring had no room for.");
  AddByWorker(to, statistics,
              [](const WorkerLoad& load) { return static_cast<double>(load.strangers_lost); });
  to.Begin(MetricType::Gauge, "worker_busy_ratio",
           "Share of the last second that went into rounds with frames.");
  AddByWorker(to, statistics, [](const WorkerLoad& load) { return load.busy; });
  to.Begin(MetricType::Gauge, "worker_heartbeat_age_seconds", "Since a worker's last round.");
  AddByWorker(to, statistics, [](const WorkerLoad& load) {
    return static_cast<double>(load.heartbeat_age.count()) / 1000;
  });
}

// Those that the configuration has, or that have connections yet. Labels must differ: of two with
// one name the removed one is left out.
std::vector<ServiceState> Present(const std::vector<ServiceState>& states) {
  std::set<std::string> names;
  std::vector<ServiceState> present;
  for (const bool removed : {false, true}) {
    for (const ServiceState& state : states) {
      if (state.removed == removed && !state.IsGone() && names.insert(state.name).second) {
        present.push_back(state);
      }
    }
  }
  return present;
}

std::vector<BackendState> Present(std::vector<BackendState> states) {
  std::erase_if(states, std::mem_fn(&BackendState::IsGone));
  return states;
}

void AddConfig(MetricFamilies& to, const ConfigState& config) {
  to.Begin(MetricType::Gauge, "config_version", "Counts the configurations since the start.");
  to.Add(config.version);
  to.Begin(MetricType::Gauge, "config_last_reload_successful", "0 after a reload that has failed.");
  to.Add(config.failure.empty() ? 1.0 : 0.0);
  to.Begin(MetricType::Gauge, "config_last_reload_timestamp_seconds",
           "When the configuration came into force, UTC; 0 since the start.");
  to.Add(static_cast<double>(ToMilliseconds(config.loaded.value_or(Time{}))) / 1000);
  to.Begin(MetricType::Gauge, "config_confirm_pending",
           "1 while a configuration goes back by itself unless it is confirmed.");
  to.Add(config.confirm_until ? 1.0 : 0.0);
}

void AddCaptures(MetricFamilies& to, const CaptureCounts& captures) {
  to.Begin(MetricType::Counter, "capture_frames_total", "Frames that captures have told.");
  to.Add(captures.frames);
  to.Begin(MetricType::Counter, "capture_lost_total",
           "Frames that captures should have told, and had no room for.");
  to.Add(captures.lost);
}

// As the client libraries of Prometheus tell it of every program.
void AddProcess(MetricFamilies& to, const ProcessUsage& process) {
  const auto add = [&](MetricType type, const char* name, const char* help, double value) {
    to.BeginShared(type, name, help);
    to.Add(value);
  };
  const auto whole = [](uint64_t value) { return static_cast<double>(value); };
  add(MetricType::Counter, "process_cpu_seconds_total", "Processor time of all threads.",
      process.cpu_seconds);
  add(MetricType::Gauge, "process_resident_memory_bytes", "Memory in use.",
      whole(process.resident_bytes));
  add(MetricType::Gauge, "process_virtual_memory_bytes", "Memory that has addresses.",
      whole(process.virtual_bytes));
  add(MetricType::Gauge, "process_open_fds", "Open file descriptors.",
      whole(process.open_descriptors));
  add(MetricType::Gauge, "process_max_fds", "File descriptors that may be open.",
      whole(process.most_descriptors));
  add(MetricType::Gauge, "process_threads", "Threads.", whole(process.threads));
  add(MetricType::Gauge, "process_start_time_seconds", "When the process was started, UTC.",
      process.started);
}

}  // namespace

std::string MetricsText(const Snapshot& snapshot) {
  MetricFamilies families;
  AddBuild(families, snapshot);
  AddOnExit(families, snapshot.on_exit);
  AddPorts(families, snapshot);
  AddPrefilter(families, snapshot.ports);
  AddCounters(families, snapshot.statistics);
  AddServices(families, Present(snapshot.services));
  AddStrays(families, Present(snapshot.services));
  AddBackends(families, Present(snapshot.backends));
  AddLists(families, snapshot);
  AddTables(families, snapshot);
  AddWorkers(families, snapshot.statistics);
  AddConfig(families, snapshot.config);
  families.Begin(MetricType::Counter, "events_suppressed_total",
                 "Events that an output did not take in time, or at all.");
  families.Add(snapshot.events_lost);
  AddCaptures(families, snapshot.captures);
  AddProcess(families, snapshot.process);
  return families.Text();
}

}  // namespace synsplice
