// The configuration while the appliance runs: orders about it, and what they change.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "admin/api/order_queue.h"
#include "control/reloader.h"
#include "io/dpdk/lcore/clock.h"
#include "io/dpdk/lcore/policy_keeper.h"
#include "io/events/event_log.h"

namespace synsplice {

// Everything but Place in the control loop.
class LiveConfig {
 public:
  // `adopted`: told of the policy in force after each order. REQUIRES: all but `adopted` outlive
  // this.
  LiveConfig(Reloader& reloader, const PolicyKeeper::Workers& workers, const UtcOffset& utc,
             EventLog& events, std::function<void(const Policy&)> adopted);

  // For other threads: an order, answered by a later LookAfter. nullopt: the control loop is busy.
  std::optional<ConfigAnswer> Place(const ConfigOrder& order);

  // Carries out what waits, and goes back if nobody has confirmed in time.
  void LookAfter();
  // By no client of the API, who would hear the answer: it is said.
  void Carry(const char* why, const ConfigOrder& order);
  // No more orders.
  void Close() { orders_.Close(); }

 private:
  ConfigAnswer CarryOut(const ConfigOrder& order);
  void Note(const ConfigAnswer& answer);

  Reloader& reloader_;
  PolicyKeeper policies_;
  const UtcOffset& utc_;
  EventLog& events_;
  std::function<void(const Policy&)> adopted_;
  OrderQueue orders_;
};

}  // namespace synsplice
