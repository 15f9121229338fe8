// What a running appliance says for people, in lines that no sender can multiply.
#pragma once

#include <chrono>

#include "admin/statistics.h"
#include "control/appliance_config.h"
#include "io/dpdk/port/port_pair.h"
#include "io/events/event_log.h"
#include "io/memory/state_memory.h"
#include "io/xdp/prefilter.h"

namespace synsplice {

class RunningLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `config`: in force; outlives the log.
  explicit RunningLog(const ApplianceConfig& config) : config_(config) {}

  void SayReady(const PortPair& ports, const StateMemory& memory, Time now);

  // When the next summary is due.
  Time NextReport() const;
  // Its counts are those since the summary before.
  void Report(const Statistics& statistics, Time now);

  // Once at most, the latter for each output: the counters tell the rest.
  void HintAtChecksums(const Statistics& statistics);
  void SayLostEvents(EventLog& events);
  void SayPrefilter(Prefilter& prefilter);

  // That SIGUSR1 came.
  void ReopenFiles(EventLog& events);
  // How far the system's clock was set.
  void SayStep(Milliseconds step);

 private:
  const ApplianceConfig& config_;
  Statistics reported_;  // with the latest summary
  Time reported_at_;
  bool hinted_ = false;
};

}  // namespace synsplice
