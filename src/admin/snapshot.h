// What a running appliance tells about itself: values, taken by its control loop once a second.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/service_statistics.h"
#include "admin/statistics.h"
#include "admin/stray_kinds.h"
#include "admin/top_sources.h"
#include "capture/capture_choice.h"
#include "control/config_order.h"
#include "control/lists/list_book.h"
#include "control/lists/prefilter_plan.h"
#include "detect/service_detector.h"
#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/health/backend_checks.h"
#include "synsplice/policy/config.h"
#include "synsplice/state/refused_clients.h"

namespace synsplice {

// One direction of a port, as its driver counts.
struct PortTraffic {
  uint64_t frames = 0;
  uint64_t bytes = 0;
  uint64_t errors = 0;
};

struct LinkState {
  bool up = false;
  std::optional<uint32_t> megabits;  // per second; nullopt: the driver does not know
  bool full_duplex = false;
};

using NamedCount = std::pair<std::string, uint64_t>;

// What not every driver tells.
struct PortDetails {
  std::optional<LinkState> link;
  std::vector<std::optional<uint32_t>> waiting;  // frames in each receive queue
  std::vector<NamedCount> extended;              // the driver's own counters, by its names
};

struct PortState {
  std::string name;  // outside, inside
  std::string device;
  Mac mac;
  bool up = false;  // it does its work
  PortTraffic received, sent;
  uint64_t missed = 0;  // frames that nobody fetched in time
  PortDetails details = {};
  std::optional<PrefilterCounts> prefilter = {};  // what it has dropped; nullopt: it has none
};

struct ServiceState {
  std::string name;
  std::vector<Endpoint> listen;
  std::vector<Endpoint> backends;  // empty: each listener is its own
  ServiceStatistics statistics;
  bool removed = false;  // the configuration lacks it: its connections go on
  ConnlimitConfig connlimit = {};
  RateLimit syn_limit = {}, accept_limit = {};
  SourceRateLimit syn_limit_per_source = {}, accept_limit_per_source = {};
  Durations recent_handshakes = {};  // of about the last second
  Mode mode = Mode::kAlways;
  std::vector<uint16_t> vlans = {};    // empty: all
  uint32_t flood_syns_per_second = 0;  // from here on it is under flood
  PoliceConfig police = {};
  StrayRates strays = {};  // now
  ServiceDetector::Settings detector = {};
  ServiceRisk risk = {};

  // As a worker or the detector has found out.
  bool IsAttacked() const { return statistics.is_flooded || risk.is_attack; }
  bool IsGone() const { return removed && !statistics.HasFlows(); }
};

// What checks of one backend have found out.
struct CheckState {
  bool up = true;
  std::optional<CheckResult> result;  // of the latest check
  Time checked{}, changed{};          // the latest one, the latest change; the epoch: never
  std::array<uint64_t, kCheckResultCount> counts{};
};

// Services that share a backend share its numbers.
struct BackendState {
  VlanEndpoint at;
  std::vector<std::string> services;
  BackendStatistics statistics;
  bool drained = false;                  // by an operator: it gets no new connections
  std::optional<CheckState> check = {};  // when it is checked
  uint16_t neighbour = 0;                // its address's number (Backend::neighbour)

  // A check that has found it up again says more than what connections had met before.
  bool IsUp() const {
    if (!check) return !statistics.IsDown();
    return check->up && !(statistics.IsDown() && statistics.down_at > check->changed);
  }
  bool IsGone() const { return services.empty(); }
};

// Entries that are used, and how many there are, of all workers together.
struct Usage {
  uint64_t used = 0;
  uint64_t capacity = 0;
};

// What the process takes of the machine.
struct ProcessUsage {
  double cpu_seconds = 0;  // of all threads
  uint64_t resident_bytes = 0, virtual_bytes = 0;
  uint64_t open_descriptors = 0, most_descriptors = 0;
  uint64_t threads = 0;
  double started = 0;  // seconds since 1970
};

struct Snapshot {
  std::string version;       // of synsplice
  std::string dpdk_version;  // that it runs with
  std::string on_exit;       // what it leaves when it ends: wire, block
  Time started{};            // UTC
  Time taken{};
  Statistics statistics;
  std::vector<PortState> ports;
  std::vector<ServiceState> services;  // by number
  std::vector<BackendState> backends;  // by BackendId - 1
  std::vector<SourceState> sources;    // of SYNs, the most certain first
  std::vector<ListState> lists;        // in the order of the configuration
  ConfigState config;
  Usage flows, handshakes, connlimit_places, buffers;
  ProcessUsage process;
  CaptureCounts captures;    // since the start
  uint64_t events_lost = 0;  // that an output did not take
  // Clients that were over a limit since the snapshot before, and networks that there was no room
  // to tell about, ever.
  std::vector<RefusedClient> refused = {};
  uint64_t refused_unheard = 0;
  uint64_t list_saves_failed = 0;
  uint64_t list_bans_refused = 0;  // for want of room
  uint64_t list_notes_lost = 0;    // between workers and the keeper of lists
  uint64_t baseline_saves_failed = 0;

  bool PortsAreUp() const {
    for (const PortState& port : ports) {
      if (!port.up) return false;
    }
    return true;
  }
};

}  // namespace synsplice
