// The counters of all workers as the operator reads them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "synsplice/base/counters.h"

namespace synsplice {

struct Statistics {
  std::array<uint64_t, kEventCount> events{};
  std::array<uint64_t, kReasonCount> drops{};
  uint64_t flows = 0;
  uint64_t handshakes = 0;
  uint64_t connlimit_places = 0;
  unsigned workers = 0;
  std::chrono::duration<double> duration{};  // since polling started

  void Add(const Counters& counters);
  uint64_t Get(Event event) const { return events[static_cast<size_t>(event)]; }
  uint64_t Get(Reason reason) const { return drops[static_cast<size_t>(reason)]; }
};

// All events, the drops that are not zero, the gauges; one aligned line each.
std::string Table(const Statistics& statistics);

// {"events":{label:n,...}, "drops":{...}, "gauges":{...}, "workers":n, "duration_s":x}, complete.
std::string Json(const Statistics& statistics);

// One line with the rates between two moments.
std::string Summary(const Statistics& before, const Statistics& after);

}  // namespace synsplice
