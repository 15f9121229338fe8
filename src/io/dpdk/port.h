// One side of the bump in the wire: an Ethernet device, configured and started.
#pragma once

#include <cstdint>
#include <string>

#include "control/config_loader.h"
#include "synsplice/base/address.h"
#include "synsplice/base/side.h"

struct rte_eth_conf;
struct rte_mempool;

namespace synsplice {

// Stops and closes the device at destruction. Queues may be used by one thread each.
class Port {
 public:
  // `pool` must outlive the port. Throws StartError with one sentence that names the device.
  Port(Side side, const ApplianceConfig& config, rte_mempool* pool);
  ~Port();
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  const std::string& device() const { return device_; }
  uint16_t id() const { return id_; }
  uint16_t queues() const { return queues_; }
  Mac mac() const;

 private:
  void Start(const ApplianceConfig& config, rte_mempool* pool);
  void Configure();
  void SetMtu(uint16_t mtu);
  void SetUpQueues(uint32_t mbufs, rte_mempool* pool);

  Side side_;
  std::string device_;
  uint16_t id_;
  uint16_t queues_;
};

}  // namespace synsplice
