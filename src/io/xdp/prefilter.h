// Rule 47: keeps the pre-filter of the outside port in step with policy and lists.
//
// The core does not need it: while a table is being filled, or where the kernel refuses something,
// the frames come to the workers, who drop them. Thread-safe: the control loop tells of ports and
// policies, the thread of lists brings these.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "control/appliance_config.h"
#include "control/lists/list_book.h"
#include "control/lists/prefilter_plan.h"
#include "control/lists/prefilter_tables.h"
#include "io/xdp/prefilter_maps.h"

namespace synsplice {

// Why there is none with these ports, as the end of a sentence; empty: there is one.
std::string WhyNoPrefilter(const PortsConfig& ports);

class Prefilter {
 public:
  explicit Prefilter(const PortsConfig& ports) : ports_(ports) {}

  // The outside port has been opened; REQUIRES: the one before is detached. Lists come with the
  // next Follow. A program without the maps is none.
  void Attach(PrefilterMaps maps);
  // Nothing is filtered from here on, also by a program that stays. Closes everything that it has
  // open in the kernel.
  void Detach();

  // This policy is in force.
  void Adopt(std::shared_ptr<const Policy> policy);
  // Whose clients get cookies now, by number of the service.
  void SetChallenged(std::vector<bool> challenged);

  // These are the lists.
  void Follow(const ListBook::Change& change);
  // A piece of the work that Follow has made; false: there is none left. Throws std::bad_alloc.
  bool Work();
  // Whether it wants a Follow with all lists: the kernel has refused them some time ago. Once.
  bool WantsAll();

  // Since the start; nullopt: there is none with these ports.
  std::optional<PrefilterCounts> Counts() const;
  uint64_t DroppedBytes() const;
  // What the kernel has refused of late; empty: nothing. Each is told once.
  std::string TakeTrouble();

 private:
  // REQUIRES: the mutex is held.
  void ForgetLists();
  void SetBudgets();
  void Guard();
  void Set();
  void Fail(const char* what, int error);

  const PortsConfig ports_;
  mutable std::mutex mutex_;
  PrefilterMaps maps_;
  std::shared_ptr<const Policy> policy_;
  std::vector<bool> challenged_;
  std::vector<GuardedEndpoint> guarded_;  // that the maps have
  PrefilterTables tables_;
  bool files_missing_ = true;  // in the tables
  bool has_budgets_ = false;   // or the kernel refuses them
  PrefilterCounts counted_;    // by programs before this one
  std::string trouble_;
};

}  // namespace synsplice
