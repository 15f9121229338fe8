// The appliance from start to end: environment, ports, workers, and the control loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/api/order_queue.h"
#include "admin/api/publisher.h"
#include "control/reloader.h"
#include "io/admin/api_server.h"
#include "io/admin/event_log.h"
#include "io/dpdk/lcore/policy_keeper.h"
#include "io/dpdk/lcore/worker.h"
#include "io/dpdk/list_keeper.h"
#include "io/dpdk/observer.h"
#include "io/dpdk/port/buffer_pool.h"
#include "io/dpdk/port/eal.h"
#include "io/dpdk/port/port.h"
#include "io/dpdk/port/port_watch.h"
#include "io/host/loss_watch.h"
#include "io/host/service_manager.h"
#include "io/memory/state_memory.h"

namespace synsplice {

class Appliance {
 public:
  // Opens everything. Throws StartError. REQUIRES: `reloader` outlives the appliance; EndSignals
  // are blocked, so that no thread takes them from the control loop.
  Appliance(Reloader& reloader, const std::vector<std::string>& eal_arguments);

  // Runs the workers until the duration is over or a signal comes, and drains them. Answers the
  // final counters.
  Statistics Run(unsigned duration_s);

 private:
  Appliance(Reloader& reloader, const ApplianceConfig& config,
            const std::vector<std::string>& eal_arguments);

  using SteadyTime = std::chrono::steady_clock::time_point;

  void StartWorkers();
  void LeavePorts();
  void SayOnExit(std::string_view when, bool can_wire) const;
  void StopWorkers();
  void Control(unsigned duration_s);
  void LookForLosses();
  void TellReady();
  void TellServiceManager();
  void LookAfterPorts(const Statistics& statistics);
  void TellInside();
  void FollowUtc();
  void ClosePorts();
  void OpenPorts();
  SteadyTime NextReport() const;
  void Report();
  void HintAtChecksums(const Statistics& statistics);
  Statistics Collect() const;
  void Publish(Statistics statistics);
  void SayLostEvents();
  void OnSignal(int signal);
  void ReopenFiles();
  void LookAfterConfig();
  ConfigAnswer Order(const ConfigOrder& order);
  void ReloadUnasked(const char* why, const ConfigOrder& order);
  void OnChange(const std::string& line);
  void SayMemory() const;

  Reloader& reloader_;
  const ApplianceConfig& config_;  // in force
  std::optional<Mapping> buffer_memory_;
  Eal eal_;
  BufferPool pool_;
  SipKey owner_seed_;
  Port outside_;
  Port inside_;
  PortWatch outside_watch_;
  PortWatch inside_watch_;
  StateMemory memory_;
  Shared shared_;
  Exchange exchange_;
  UtcOffset utc_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> is_behind_{false};
  LossWatch outside_losses_;
  WorkerEnvironment environment_;
  std::vector<std::unique_ptr<Worker>> workers_;
  PolicyKeeper policies_;
  SteadyTime started_;
  Statistics reported_;  // with the latest one-line summary
  SteadyTime reported_at_;
  bool hinted_ = false;
  Observer observer_;
  Publisher publisher_;
  EventLog events_;
  bool said_lost_ = false;
  ListBook list_book_;
  ListKeeper lists_;
  OrderQueue orders_;
  Api api_;
  std::optional<ApiServer> at_socket_, at_port_;
  ServiceManager service_manager_;
};

}  // namespace synsplice
