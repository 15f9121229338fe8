// The shell of the simulator: one or two workers around the core, as
// include/synsplice/proxy/proxy.h asks of every shell. Frames keep their origin on the way through.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/memory/state_memory.h"
#include "packet.h"
#include "random.h"
#include "scenario.h"
#include "synsplice/proxy/owner.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice::sim {

// What is around the appliance.
class Surroundings {
 public:
  virtual int64_t now() const = 0;  // milliseconds since the run began
  // A frame that arrived on `side`, as the core has left it.
  virtual void OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) = 0;
  virtual void FromProxy(Side to, Packet&& packet) = 0;
  virtual void Fail(const std::string& what) = 0;

 protected:
  ~Surroundings() = default;
};

class Appliance {
 public:
  Appliance(Surroundings& world, const Scenario& scenario, Random& random);

  // Frames that arrived on one side together. Empties `packets`.
  void Process(Side side, std::vector<Packet>& packets);
  // Timers, until nothing is due.
  void Tick();

  const Policy& policy() const { return *policy_; }
  const Shared& shared() const { return shared_; }
  size_t flow_count() const;
  size_t handshake_count() const;
  size_t held_count() const;
  uint64_t Count(Event event) const;
  uint64_t Count(Reason reason) const;
  // What disagrees among the counters of a worker; empty: nothing.
  std::string CounterComplaints() const;
  std::optional<Flow> FlowOf(Side side, std::span<const uint8_t> frame) const;

 private:
  struct Worker {
    std::unique_ptr<Proxy> proxy;
    std::vector<std::vector<Packet>> held;  // per slot
  };

  void AdoptAnother();
  void ProcessBurst(Worker& worker, Side side, std::vector<Packet>& packets);
  void Apply(Worker& worker, Side side, synsplice::Verdict verdict, Packet& packet);
  void EmptyOutbox(Worker& worker);
  Time Now() const;

  Surroundings& world_;
  Random& random_;
  std::unique_ptr<Policy> policy_;
  const bool switches_;
  int64_t adopt_at_ = 0;
  StateMemory memory_;
  Shared shared_;
  SipKey seed_;
  OwnerFunction owner_;
  FragmentNotes fragments_;  // of who steers
  Outbox outbox_;
  std::vector<Worker> workers_;
};

}  // namespace synsplice::sim
