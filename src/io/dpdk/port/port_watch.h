// Looks after an open port: says once what happens to it, and asks for what brings it back.
#pragma once

#include <cstdint>

#include "io/dpdk/port/port.h"
#include "io/host/port_health.h"

namespace synsplice {

class PortWatch {
 public:
  using Time = BackOff::Time;

  explicit PortWatch(Port& port) : port_(port) {}

  // Once a second. `received`: frames of this port that the workers have judged. Attaches an XDP
  // program that was taken away.
  void Look(uint64_t received, Time now);

  bool works() const { return trouble_ == Trouble::kNone; }
  // Whether nothing less than opening the port again helps, and it may be tried now.
  bool WantsReopening(Time now) const;
  void TriedReopening(Time now) { back_off_.Tried(now); }

 private:
  void Say(Trouble trouble);

  Port& port_;
  PortHealth health_;
  Trouble trouble_ = Trouble::kNone;
  BackOff back_off_;
};

}  // namespace synsplice
