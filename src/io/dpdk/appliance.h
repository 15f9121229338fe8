// The appliance from start to end: environment, ports, workers, and the control loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/api/publisher.h"
#include "admin/prefiltered.h"
#include "capture/capture_desk.h"
#include "control/reloader.h"
#include "io/admin/api_server.h"
#include "io/dpdk/detector_keeper.h"
#include "io/dpdk/lcore/worker.h"
#include "io/dpdk/list_keeper.h"
#include "io/dpdk/live_config.h"
#include "io/dpdk/observer.h"
#include "io/dpdk/port/buffer_pool.h"
#include "io/dpdk/port/eal.h"
#include "io/dpdk/port/port_pair.h"
#include "io/dpdk/running_log.h"
#include "io/events/event_log.h"
#include "io/host/service_manager.h"
#include "io/memory/state_memory.h"
#include "io/xdp/prefilter.h"

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
  void StopWorkers();
  void Control(unsigned duration_s);
  void Glance();
  void Look();
  void TellReady();
  void TellServiceManager();
  void CountBytes();
  void LookAfterPorts(const Statistics& statistics);
  void ReopenPorts(SteadyTime now);
  void ForgetFrames();
  void TellInside();
  Statistics Collect() const;
  void Publish(Statistics statistics);
  void OnSignal(int signal);
  void OnChange(const Api::Change& change);
  void OnCapture(const CaptureDesk::News& news);

  Reloader& reloader_;
  std::optional<Mapping> buffer_memory_;
  Eal eal_;
  BufferPool pool_;
  SipKey owner_seed_;
  PortPair ports_;
  StateMemory memory_;
  Shared shared_;
  Exchange exchange_;
  UtcOffset utc_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> is_behind_{false};
  WorkerEnvironment environment_;
  std::vector<std::unique_ptr<Worker>> workers_;
  SteadyTime started_;
  Observer observer_;
  Publisher publisher_;
  EventLog events_;
  CaptureDesk captures_;
  ListBook list_book_;
  Prefilter prefilter_;
  Prefiltered prefiltered_;
  ListKeeper lists_;
  DetectorKeeper detector_;
  uint64_t counted_bytes_ = 0;  // that had arrived outside
  SteadyTime counted_at_;
  LiveConfig live_config_;
  RunningLog log_;
  Api api_;
  std::optional<ApiServer> at_socket_, at_port_;
  ServiceManager service_manager_;
};

}  // namespace synsplice
