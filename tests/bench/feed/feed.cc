// Frames from memory for ports of DPDK's net_null, for any program: preloaded, it takes the place
// of their receive function and counter. SYNSPLICE_FEED names a file for each port, with ':'
// between them; an empty name leaves the port as it is.
//
// net_pcap with infinite_rx plays a capture again and again. What needs state plays its opening
// once, and then the rest again and again. In the opening port 1 stays behind port 0: a server
// answers what it has been asked.
#include <dlfcn.h>
#include <fcntl.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

// As tests/bench/bench/frames.py writes them: the header, then the records; native byte order.
constexpr size_t kStride = 128;
struct Header {
  uint64_t opening, loop;  // records
  uint8_t padding[kStride - 16];
};
struct Record {
  uint16_t length;
  uint8_t bytes[kStride - 2];
};

struct Feed {
  const Record* records = nullptr;
  uint64_t opening = 0, loop = 0, next = 0, received = 0;
  rte_mempool* pool = nullptr;
  uint16_t port = 0;
  void* queues[1] = {this};

  bool IsOpening() const { return next < opening; }
};

std::array<Feed, 2> feeds;

// How many records may follow at once.
uint64_t Available(const Feed& feed) {
  const Feed& first = feeds[0];
  if (!feed.IsOpening()) return first.IsOpening() ? 0 : feed.opening + feed.loop - feed.next;
  const uint64_t end = &feed == &first ? feed.opening : std::min(feed.opening, first.next);
  return end - std::min(end, feed.next);
}

uint16_t Receive(void* queue, rte_mbuf** burst, uint16_t wanted) {
  Feed& feed = *static_cast<Feed*>(queue);
  const auto count = static_cast<uint16_t>(std::min<uint64_t>(wanted, Available(feed)));
  if (count == 0 || rte_pktmbuf_alloc_bulk(feed.pool, burst, count) != 0) return 0;
  for (uint16_t i = 0; i < count; ++i) {
    const Record& record = feed.records[feed.next++];
    std::memcpy(rte_pktmbuf_mtod(burst[i], void*), record.bytes, sizeof record.bytes);
    burst[i]->data_len = record.length;
    burst[i]->pkt_len = record.length;
    burst[i]->port = feed.port;
  }
  if (feed.next == feed.opening + feed.loop) feed.next = feed.opening;
  feed.received += count;
  return count;
}

std::string FileOf(uint16_t port) {
  const char* names = std::getenv("SYNSPLICE_FEED");
  std::string_view rest = names == nullptr ? "" : names;
  for (; port > 0; --port) {
    const size_t colon = rest.find(':');
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return std::string(rest.substr(0, rest.find(':')));
}

void Open(Feed& feed, const std::string& name) {
  const int file = open(name.c_str(), O_RDONLY);
  const off_t size = file < 0 ? 0 : lseek(file, 0, SEEK_END);
  void* memory = size == 0 ? MAP_FAILED
                           : mmap(nullptr, static_cast<size_t>(size), PROT_READ,
                                  MAP_SHARED | MAP_POPULATE, file, 0);
  if (memory == MAP_FAILED) {
    std::perror(name.c_str());
    std::exit(1);
  }
  close(file);
  const auto* header = static_cast<const Header*>(memory);
  feed.records = reinterpret_cast<const Record*>(header + 1);
  feed.opening = header->opening;
  feed.loop = header->loop;
}

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, unsigned socket,
                           const rte_eth_rxconf* configuration, rte_mempool* pool) {
  static auto* const real = Real<decltype(rte_eth_rx_queue_setup)>("rte_eth_rx_queue_setup");
  if (port < feeds.size()) feeds[port].pool = pool;
  return real(port, queue, descriptors, socket, configuration, pool);
}

int rte_eth_dev_start(uint16_t port) {
  static auto* const real = Real<decltype(rte_eth_dev_start)>("rte_eth_dev_start");
  const int result = real(port);
  const std::string name = port < feeds.size() ? FileOf(port) : "";
  if (result != 0 || name.empty()) return result;
  Feed& feed = feeds[port];
  feed.port = port;
  Open(feed, name);
  rte_eth_fp_ops[port].rxq.data = feed.queues;
  rte_eth_fp_ops[port].rx_pkt_burst = Receive;
  return result;
}

// net_null counts what its own receive function makes. Another core may ask: the number is as old
// as its cache line.
int rte_eth_stats_get(uint16_t port, rte_eth_stats* stats) {
  static auto* const real = Real<decltype(rte_eth_stats_get)>("rte_eth_stats_get");
  const int result = real(port, stats);
  if (result == 0 && port < feeds.size()) stats->ipackets += feeds[port].received;
  return result;
}

}  // extern "C"
