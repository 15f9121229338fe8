// Both sides of the bump in the wire: looked after, closed and opened together, since the buffers
// of one are in the hands of the other.
#pragma once

#include <string_view>

#include "io/dpdk/port/buffer_pool.h"
#include "io/dpdk/port/port.h"
#include "io/dpdk/port/port_watch.h"
#include "io/host/loss_watch.h"

namespace synsplice {

class PortPair {
 public:
  using Time = BackOff::Time;

  // Opens both. As Port's constructor; `pool` outlives the pair.
  PortPair(const ApplianceConfig& config, const SipKey& owner_seed, BufferPool& pool);

  const Port& outside() const { return outside_; }
  const Port& inside() const { return inside_; }
  // Open, and doing their work as of the latest look.
  bool OutsideWorks() const { return outside_.is_open() && outside_watch_.works(); }
  bool InsideWorks() const { return inside_.is_open() && inside_watch_.works(); }
  // What is behind the inside port can be reached, for all that is known.
  bool IsInsideUp() const { return inside_watch_.works(); }

  // As Port's.
  void Serve();
  void Leave();
  // Says what ports.on_exit leaves in the wire, when it can.
  void SayWhatIsLeft(std::string_view when) const;

  // Once a second; frames of each that the workers have judged.
  void Look(uint64_t outside_frames, uint64_t inside_frames, Time now);
  // Whether nothing less than Reopen helps, and it may be tried now.
  bool WantsReopening(Time now) const;
  // One step of it: closes them; at the next call opens them, since the kernel frees a queue some
  // time after its socket is closed. REQUIRES: nobody uses the queues; frames that somebody held
  // are forgotten if the ports are open.
  void Reopen(Time now);
  bool AreClosed() const { return !outside_.is_open() && !inside_.is_open(); }

  // Whether the outside port loses frames. Ten times a second.
  bool IsBehind() { return outside_losses_.IsBehind(outside_.Counts().missed); }

 private:
  void Close();
  void Open();

  const PortsConfig& config_;
  BufferPool& pool_;
  Port outside_;
  Port inside_;
  PortWatch outside_watch_;
  PortWatch inside_watch_;
  LossWatch outside_losses_;
};

}  // namespace synsplice
