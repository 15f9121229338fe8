#include "io/dpdk/port/buffer_pool.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

#include <cerrno>
#include <new>
#include <span>
#include <utility>

#include "io/host/start_error.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr char kName[] = "frames";
constexpr unsigned kCachePerLcore = 256;

StartError NoMemory(const ApplianceConfig& config, int error) {
  return StartError(fmt::format("no memory for {} packet buffers of {} bytes: {}", config.mbufs,
                                config.mbuf_data_room, rte_strerror(error)));
}

rte_mempool* CreateInEal(const ApplianceConfig& config) {
  rte_mempool* pool =
      rte_pktmbuf_pool_create(kName, config.mbufs, kCachePerLcore, 0, config.mbuf_data_room,
                              static_cast<int>(rte_socket_id()));
  if (pool == nullptr) throw NoMemory(config, rte_errno);
  return pool;
}

// Without buffers yet.
rte_mempool* CreateEmpty(const ApplianceConfig& config) {
  rte_mempool* pool = rte_mempool_create_empty(
      kName, config.mbufs, static_cast<unsigned>(sizeof(rte_mbuf)) + config.mbuf_data_room,
      kCachePerLcore, sizeof(rte_pktmbuf_pool_private), static_cast<int>(rte_socket_id()),
      RTE_MEMPOOL_F_NO_IOVA_CONTIG);  // buffers may cross pages
  if (pool == nullptr) throw NoMemory(config, rte_errno);
  rte_pktmbuf_pool_private room{};
  room.mbuf_data_room_size = config.mbuf_data_room;
  rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), nullptr);
  rte_pktmbuf_pool_init(pool, &room);
  return pool;
}

// In one piece, as the AF_XDP driver wants it.
size_t BytesOf(const rte_mempool* pool) {
  size_t smallest_chunk, alignment;
  return static_cast<size_t>(
      rte_mempool_op_calc_mem_size_default(pool, pool->size, 0, &smallest_chunk, &alignment));
}

// Addresses stand for themselves, as all of EAL's do without huge pages.
void Fill(rte_mempool* pool, std::span<std::byte> memory) {
  const auto address = reinterpret_cast<rte_iova_t>(memory.data());
  auto* start = reinterpret_cast<char*>(memory.data());
  const int count =
      rte_mempool_populate_iova(pool, start, address, memory.size(), nullptr, nullptr);
  SYNSPLICE_CHECK(count == static_cast<int>(pool->size));
  rte_mempool_obj_iter(pool, rte_pktmbuf_init, nullptr);
}

}  // namespace

BufferPool::BufferPool(const ApplianceConfig& config, std::optional<Mapping>& memory)
    : config_(config), memory_(memory) {
  Create();
}

// EAL's memory without huge pages has each buffer on a page of its own: a place in the TLB for
// each, and all of their first lines in one set of the cache.
void BufferPool::Create() {
  if (config_.huge_pages) {
    pool_ = CreateInEal(config_);
    return;
  }
  pool_ = CreateEmpty(config_);
  try {
    if (!memory_) memory_.emplace(BytesOf(pool_), PageKind::kTransparent);
  } catch (const std::bad_alloc&) {
    throw NoMemory(config_, ENOMEM);
  }
  Fill(pool_, memory_->memory());
}

void BufferPool::Renew() {
  rte_mempool_free(std::exchange(pool_, nullptr));
  Create();
}

}  // namespace synsplice
