// The detector while the appliance runs: what it looks at, whom it tells, what it has learned in
// `state.folder` (rule 45). For the control loop.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "admin/snapshot.h"
#include "detect/detector.h"
#include "io/dpdk/baseline_file.h"
#include "io/dpdk/list_keeper.h"

namespace synsplice {

class DetectorKeeper {
 public:
  // REQUIRES: `policy` aside, all outlive this.
  DetectorKeeper(Shared& shared, const ListKeeper& lists, const Policy& policy);

  // Goes on with what the folder has. Empty: what is learned ends with the process.
  void Begin(const std::string& folder);
  // Another policy is in force.
  void Adopt(const Policy& policy);
  // Judges what the snapshot has of services, tells it there and to the workers.
  void Look(Snapshot& snapshot);
  // Saves for the last time.
  void End();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void Save();

  Shared& shared_;
  const ListKeeper& lists_;
  std::vector<ListMask> masks_;  // by number of the service
  Detector detector_;
  std::optional<BaselineFile> file_;
  SteadyTime next_save_;
};

}  // namespace synsplice
