// The packet buffers of all ports and workers.
#pragma once

#include <optional>

#include "control/config_loader.h"
#include "io/memory/mapping.h"

struct rte_mempool;

namespace synsplice {

// REQUIRES: outlives every port and every buffer. Without huge pages the buffers lie in `memory`,
// which the pool takes and which outlives EAL: some drivers give theirs back as it ends, and the
// pool ends with it.
class BufferPool {
 public:
  // Throws StartError.
  BufferPool(const ApplianceConfig& config, std::optional<Mapping>& memory);
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;

  rte_mempool* get() const { return pool_; }

  // A new pool in place of the old one: the AF_XDP driver does not give back what its queues had
  // when they close. Throws StartError. REQUIRES: no buffer of the old one is in use.
  void Renew();

 private:
  void Create();

  const ApplianceConfig& config_;
  rte_mempool* pool_ = nullptr;
  std::optional<Mapping>& memory_;
};

}  // namespace synsplice
