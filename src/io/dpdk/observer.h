// Makes snapshots of the running appliance for whoever asks about it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "admin/recent_handshakes.h"
#include "admin/snapshot.h"
#include "admin/stray_watch.h"
#include "control/config_loader.h"
#include "io/admin/process_watch.h"
#include "io/dpdk/lcore/clock.h"
#include "io/dpdk/lcore/worker.h"

namespace synsplice {

// Reads what workers and drivers publish: nobody is asked, nobody waits.
class Observer {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  // REQUIRES: `policy` aside, all outlive the observer.
  Observer(const ApplianceConfig& config, const Policy& policy,
           const WorkerEnvironment& environment, const Workers& workers);

  // Another policy is in force.
  void Adopt(const Policy& policy);

  // One thread: what workers note for one reader is taken. `statistics` as of now; which ports do
  // their work. Loads are those since the look before.
  Snapshot Look(Statistics statistics, bool outside_up, bool inside_up);

  // What the workers have counted since the start.
  void AddHits(std::vector<ListState>& lists) const;

 private:
  void AddServices(Snapshot& snapshot) const;
  void TakeRefused(Snapshot& snapshot);
  void ReadSources();
  void AddLoads(Statistics& statistics, Time now);
  PortState StateOf(const Port& port, bool up) const;

  const ApplianceConfig& config_;
  const WorkerEnvironment& environment_;
  const Workers& workers_;
  Clock clock_;
  const ProcessWatch process_;
  std::vector<ServiceState> services_;  // without numbers
  std::vector<BackendState> backends_;  // by BackendId - 1, without numbers
  RecentHandshakes recent_handshakes_;
  StrayWatch strays_;
  std::vector<SourceList> sources_;  // of each worker
  const Time started_;
  uint64_t looked_cycles_;             // TSC at the latest look
  std::vector<uint64_t> looked_busy_;  // of each worker
};

}  // namespace synsplice
