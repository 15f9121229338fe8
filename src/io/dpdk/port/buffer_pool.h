// The packet buffers of all ports and workers.
#pragma once

#include "control/config_loader.h"

struct rte_mempool;

namespace synsplice {

// REQUIRES: outlives every port and every buffer.
class BufferPool {
 public:
  // Throws StartError.
  explicit BufferPool(const ApplianceConfig& config);  // which outlives the pool
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  rte_mempool* get() const { return pool_; }

  // A new pool in place of the old one: the AF_XDP driver does not give back what its queues had
  // when they close. Throws StartError. REQUIRES: no buffer of the old one is in use.
  void Renew();

 private:
  const ApplianceConfig& config_;
  rte_mempool* pool_;
};

}  // namespace synsplice
