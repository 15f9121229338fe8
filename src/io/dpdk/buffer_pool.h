// The packet buffers of all ports and workers.
#pragma once

#include "control/config_loader.h"

struct rte_mempool;

namespace synsplice {

// REQUIRES: outlives every port and every buffer.
class BufferPool {
 public:
  // Throws StartError.
  explicit BufferPool(const ApplianceConfig& config);
  ~BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  rte_mempool* get() const { return pool_; }

 private:
  rte_mempool* pool_;
};

}  // namespace synsplice
