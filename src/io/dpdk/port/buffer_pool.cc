#include "io/dpdk/port/buffer_pool.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <utility>

#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr unsigned kCachePerLcore = 256;

rte_mempool* Create(const ApplianceConfig& config) {
  rte_mempool* pool =
      rte_pktmbuf_pool_create("frames", config.mbufs, kCachePerLcore, 0, config.mbuf_data_room,
                              static_cast<int>(rte_socket_id()));
  if (pool != nullptr) return pool;
  throw StartError(fmt::format("no memory for {} packet buffers of {} bytes: {}", config.mbufs,
                               config.mbuf_data_room, rte_strerror(rte_errno)));
}

}  // namespace

BufferPool::BufferPool(const ApplianceConfig& config) : config_(config), pool_(Create(config)) {}

BufferPool::~BufferPool() { rte_mempool_free(pool_); }

void BufferPool::Renew() {
  rte_mempool_free(std::exchange(pool_, nullptr));
  pool_ = Create(config_);
}

}  // namespace synsplice
