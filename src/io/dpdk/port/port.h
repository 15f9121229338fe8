// One side of the bump in the wire: an Ethernet device, configured and started.
#pragma once

#include <cstdint>
#include <string>

#include "control/config_loader.h"
#include "io/host/interface_lock.h"
#include "io/host/port_health.h"
#include "io/xdp/port_program.h"
#include "io/xdp/prefilter_maps.h"
#include "synsplice/base/address.h"
#include "synsplice/base/side.h"
#include "synsplice/base/toeplitz.h"

struct rte_eth_conf;
struct rte_mempool;

namespace synsplice {

// As the driver counts.
struct PortCounts {
  uint64_t received_frames = 0, received_bytes = 0, received_errors = 0;
  uint64_t sent_frames = 0, sent_bytes = 0, sent_errors = 0;
  // Frames that found no room, because they were not fetched in time; 0 where it doesn't know.
  uint64_t missed = 0;
};

// Stops and closes the device at destruction, or leaves a wire. Queues may be used by one thread
// each.
class Port {
 public:
  // `config` must outlive the port, `pool` too until the port is closed. `owner_seed` is that of
  // OwnerFunction, which the device is told if it can hash as that does. Nothing is touched if
  // another process has the device's interface. Throws StartError with one sentence that names the
  // device.
  Port(Side side, const ApplianceConfig& config, const SipKey& owner_seed, rte_mempool* pool);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  Side side() const { return side_; }
  const std::string& device() const { return device_; }
  uint16_t id() const { return id_; }
  uint16_t queues() const { return queues_; }
  bool is_open() const { return is_open_; }
  Mac mac() const;

  // Gives all buffers back. REQUIRES: nobody uses the queues, here and below.
  void Close();
  // As the constructor. REQUIRES: it is closed.
  void Open(rte_mempool* pool);
  // Whether Open may succeed: the interface is there and free.
  bool CanOpen() const;

  // `received`: frames that the workers had from it.
  PortObservation Observe(uint64_t received) const;
  // Since it was opened; none while it is closed.
  PortCounts Counts() const;
  // Whether it is open and the kernel runs its XDP program.
  bool HasProgram() const { return is_open_ && program_.IsAttached(); }
  void AttachProgram();

  // Of its XDP program, if it has one.
  PrefilterMaps MapsOfPrefilter() const { return PrefilterMaps(program_); }

  // From here on frames go to the queues; somebody must fetch them.
  void Serve();
  // From here on, and when the process has ended, both ports are what ports.on_exit says.
  void Leave();

 private:
  void TryToOpen(rte_mempool* pool);
  void OpenOn(rte_mempool* pool);
  void Claim();
  void TakeProgram();
  bool KeepsWire();
  void Start(rte_mempool* pool);
  void ReplaceProgram(rte_mempool* pool);
  void Configure();
  void SetMtu(uint16_t mtu);
  void SetUpQueues(rte_mempool* pool);
  void SpreadByOwner();

  const Side side_;
  const ApplianceConfig& config_;
  const Toeplitz::Key hash_key_;
  const std::string device_;
  const std::string interface_;  // empty: the kernel knows none
  const std::string wired_to_;   // the other interface, when a wire is to be left; else empty
  unsigned interface_index_ = 0;
  unsigned wired_index_ = 0;
  InterfaceLock lock_;
  PortProgram program_;     // AF_XDP
  bool took_over_ = false;  // a wire that a process before this one had left
  bool has_left_ = false;
  uint16_t id_ = 0;
  const uint16_t queues_;
  bool is_open_ = false;
  bool has_device_ = false;  // DPDK has it, open or not
};

}  // namespace synsplice
