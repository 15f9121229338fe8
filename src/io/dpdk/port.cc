#include "io/dpdk/port.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "io/dpdk/device.h"
#include "io/dpdk/eal.h"
#include "io/dpdk/start_error.h"
#include "io/dpdk/stderr_capture.h"

namespace synsplice {
namespace {

constexpr uint16_t kMaxDescriptors = 2048;

const std::string& DeviceOf(Side side, const ApplianceConfig& config) {
  return side == Side::kOutside ? config.ports.outside : config.ports.inside;
}

// `result` is negative errno, as DPDK returns it.
void Require(int result, const char* what) {
  if (result < 0) throw StartError(fmt::format("{}: {}", what, rte_strerror(-result)));
}

rte_eth_dev_info InfoOf(uint16_t port) {
  rte_eth_dev_info info;
  Require(rte_eth_dev_info_get(port, &info), "no device information");
  return info;
}

// Hash on the client's fields alone, so that both directions of a flow reach one worker (a hint:
// workers check). Not every driver can; a plain hash still spreads the load.
uint64_t ClientHash(Side side, const rte_eth_dev_info& info) {
  const uint64_t client_only = side == Side::kOutside
                                   ? RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L4_SRC_ONLY
                                   : RTE_ETH_RSS_L3_DST_ONLY | RTE_ETH_RSS_L4_DST_ONLY;
  return (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | client_only) & info.flow_type_rss_offloads;
}

rte_eth_conf ConfigurationOf(Side side, uint16_t queues, const rte_eth_dev_info& info) {
  rte_eth_conf configuration{};
  // All buffers come from one pool and are never shared.
  configuration.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
  const uint64_t hash = ClientHash(side, info);
  if (queues > 1 && hash != 0) {
    configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    configuration.rx_adv_conf.rss_conf.rss_hf = hash;
  }
  return configuration;
}

}  // namespace

Port::Port(Side side, const ApplianceConfig& config, rte_mempool* pool)
    : side_(side), device_(DeviceOf(side, config)), queues_(config.ports.queues) {
  StderrCapture output;
  std::optional<uint16_t> opened;
  try {
    opened = id_ = OpenDevice(device_);
    Start(config, pool);
  } catch (const StartError& error) {
    const std::string cause = output.Cause();
    if (opened) rte_eth_dev_close(*opened);
    throw StartError(fmt::format("the {} port \"{}\" cannot be opened: {}{}", Name(side), device_,
                                 error.what(), cause.empty() ? "" : " (" + cause + ")"));
  }
}

Port::~Port() {
  StderrCapture output;
  rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
}

Mac Port::mac() const {
  rte_ether_addr address{};
  rte_eth_macaddr_get(id_, &address);
  Mac mac;
  std::copy_n(address.addr_bytes, mac.bytes.size(), mac.bytes.begin());
  return mac;
}

void Port::Start(const ApplianceConfig& config, rte_mempool* pool) {
  Configure();
  SetMtu(config.ports.mtu);
  SetUpQueues(config.mbufs, pool);
  Require(rte_eth_dev_start(id_), "the device does not start");
  // Drivers that cannot switch it receive everything anyway.
  rte_eth_promiscuous_enable(id_);
}

void Port::Configure() {
  const rte_eth_dev_info info = InfoOf(id_);
  const int available = std::min(info.max_rx_queues, info.max_tx_queues);
  if (queues_ > available) {
    throw StartError(fmt::format("it has {} queue(s), ports.queues is {}", available, queues_));
  }
  rte_eth_conf configuration = ConfigurationOf(side_, queues_, info);
  Require(rte_eth_dev_configure(id_, queues_, queues_, &configuration), "it refuses its queues");
}

void Port::SetMtu(uint16_t mtu) {
  if (mtu <= RTE_ETHER_MTU) return;
  const int result = rte_eth_dev_set_mtu(id_, mtu);
  // Virtual drivers without a limit of their own may refuse and carry such frames all the same:
  // af_packet takes what fits its ring frames, whatever it reports.
  const bool carries_anyway = !IsPciAddress(device_) && InfoOf(id_).max_mtu >= mtu;
  if (!carries_anyway) Require(result, fmt::format("it refuses MTU {}", mtu).c_str());
}

void Port::SetUpQueues(uint32_t mbufs, rte_mempool* pool) {
  // Full rings of both ports and directions take half of the buffers at most.
  const uint32_t share = mbufs / (8u * queues_);
  uint16_t rx_descriptors =
      static_cast<uint16_t>(std::bit_floor(std::min<uint32_t>(share, kMaxDescriptors)));
  uint16_t tx_descriptors = rx_descriptors;
  Require(rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx_descriptors, &tx_descriptors),
          "it refuses the size of its rings");
  const int socket = rte_eth_dev_socket_id(id_);
  for (uint16_t queue = 0; queue < queues_; ++queue) {
    Require(rte_eth_rx_queue_setup(id_, queue, rx_descriptors, socket, nullptr, pool),
            "it refuses a receive queue");
    Require(rte_eth_tx_queue_setup(id_, queue, tx_descriptors, socket, nullptr),
            "it refuses a transmit queue");
  }
}

}  // namespace synsplice
