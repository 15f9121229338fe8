#include "io/dpdk/buffer_pool.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "io/dpdk/start_error.h"

namespace synsplice {
namespace {

constexpr unsigned kCachePerLcore = 256;

}  // namespace

BufferPool::BufferPool(const ApplianceConfig& config)
    : pool_(rte_pktmbuf_pool_create("frames", config.mbufs, kCachePerLcore, 0,
                                    config.mbuf_data_room, static_cast<int>(rte_socket_id()))) {
  if (pool_ == nullptr) {
    throw StartError(fmt::format("no memory for {} packet buffers of {} bytes: {}", config.mbufs,
                                 config.mbuf_data_room, rte_strerror(rte_errno)));
  }
}

BufferPool::~BufferPool() { rte_mempool_free(pool_); }

}  // namespace synsplice
