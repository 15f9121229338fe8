// The counters of all workers as the operator reads them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "synsplice/base/counters.h"
#include "synsplice/base/time.h"

namespace synsplice {

// How even the work is: of two workers one that has all of it is as good as none.
struct WorkerLoad {
  uint64_t frames = 0;          // that it judged
  uint64_t strangers_lost = 0;  // that others had for it, without room in the ring
  double busy = 0;              // share of the time that went into rounds with frames
  Milliseconds heartbeat_age{0};
};

struct Statistics {
  std::array<uint64_t, kEventCount> events{};
  std::array<uint64_t, kReasonCount> drops{};
  uint64_t flows = 0;
  uint64_t handshakes = 0;
  uint64_t connlimit_places = 0;
  std::vector<WorkerLoad> workers;
  std::chrono::duration<double> duration{};  // since polling started

  // Of one worker more.
  void Add(const Counters& counters);
  uint64_t Get(Event event) const { return events[static_cast<size_t>(event)]; }
  uint64_t Get(Reason reason) const { return drops[static_cast<size_t>(reason)]; }
};

// All events, the drops that are not zero, the gauges; one aligned line each.
std::string Table(const Statistics& statistics);

// Of the frames judged between two moments, the part of the worker that judged most; 0 without any.
double BusiestShare(const Statistics& before, const Statistics& after);

// {"events":{label:n,...}, "drops":{...}, "gauges":{...}, "workers":[{"frames":n,
// "strangers_lost":n},...], "busiest_worker_share":x, "duration_s":x}, complete.
std::string Json(const Statistics& statistics);

// One line with the rates between two moments.
std::string Summary(const Statistics& before, const Statistics& after);

}  // namespace synsplice
