// What happens to the appliance, told from one look at it to the next.
#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "admin/events/pressure.h"
#include "admin/events/stray_attacks.h"
#include "admin/snapshot.h"
#include "admin/views.h"

namespace synsplice {

// {"timestamp", "src_type", "event_type", more}: docs/event.schema.json.
JsonValue EventOf(Time time, const char* type, JsonValue more);

class EventMaker {
 public:
  // What has changed since the look before: attacks that begin, go on or end, modes, backends
  // and ports that go down or come back, tables that are full, drops that are many; and clients
  // that are over a limit.
  std::vector<JsonValue> Look(const Snapshot& snapshot);

 private:
  // One under way.
  struct Attack {
    Time begun, told;
    uint64_t syns_before;                  // that the service had when it began
    double peak = 0;                       // SYNs per second
    int64_t peak_risk = 0;                 // percent
    std::set<std::string_view> reasons{};  // all that there were
  };

  void LookAtMode(size_t index, const Snapshot& snapshot);
  void MeasureSyns(const Snapshot& snapshot);
  double RateOf(size_t service) const;
  void LookAtService(size_t index, const Snapshot& snapshot);
  JsonValue NumbersOf(Attack& attack, double rate, const ServiceState& service, Time now) const;
  void LookAtBackends(const Snapshot& snapshot);
  void LookAtPorts(const Snapshot& snapshot);
  void LookAtRefused(const Snapshot& snapshot);
  void Add(const Snapshot& snapshot, const char* type, JsonValue more);

  // SYNs of each service, since the start.
  struct Syns {
    Time at;
    std::vector<uint64_t> of;
  };

  Snapshot before_;
  Syns earlier_, latest_;  // far enough from each other to tell a rate
  Pressure pressure_;
  StrayAttacks strays_;
  std::vector<std::optional<Attack>> attacks_;  // by service
  std::vector<JsonValue> events_;
  uint64_t unheard_told_ = 0;  // of snapshot.refused_unheard
};

}  // namespace synsplice
