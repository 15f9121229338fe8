#include "io/dpdk/port/port.h"

#include <fmt/format.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "control/buffer_plan.h"
#include "control/device_text.h"
#include "control/on_exit.h"
#include "io/dpdk/port/device.h"
#include "io/dpdk/port/stderr_capture.h"
#include "io/host/interface.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"
#include "synsplice/proxy/owner.h"

namespace synsplice {
namespace {

const std::string& DeviceOf(Side side, const ApplianceConfig& config) {
  return side == Side::kOutside ? config.ports.outside : config.ports.inside;
}

// The interface that frames go to while nobody serves; empty: none.
std::string WiredTo(Side side, const ApplianceConfig& config) {
  const bool is_wired = WhatIsLeft(config.ports) == OnExit::kWire;
  return is_wired ? InterfaceOf(DeviceOf(Other(side), config)) : "";
}

unsigned IndexOf(const std::string& interface) {
  const auto state = ReadInterface(interface);
  if (!state) throw StartError(fmt::format("there is no network interface \"{}\"", interface));
  return state->index;
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

// Hash on the client's fields alone, so that both directions of a flow reach one worker, and with
// the key of OwnerFunction its own (a hint: workers check). Not every driver can; a plain hash
// still spreads the load.
uint64_t ClientHash(Side side, const rte_eth_dev_info& info) {
  const uint64_t client_only = side == Side::kOutside
                                   ? RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L4_SRC_ONLY
                                   : RTE_ETH_RSS_L3_DST_ONLY | RTE_ETH_RSS_L4_DST_ONLY;
  return (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | client_only) & info.flow_type_rss_offloads;
}

// `hash_key` must live until the device is configured.
rte_eth_conf ConfigurationOf(Side side, uint16_t queues, const Toeplitz::Key& hash_key,
                             const rte_eth_dev_info& info) {
  rte_eth_conf configuration{};
  // All buffers come from one pool and are never shared.
  configuration.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
  const uint64_t hash = ClientHash(side, info);
  if (queues > 1 && hash != 0) {
    configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    rte_eth_rss_conf& rss = configuration.rx_adv_conf.rss_conf;
    rss.rss_hf = hash;
    // Some drivers take a key of their own length only; other functions than Toeplitz' have others.
    if (info.hash_key_size == 40 || info.hash_key_size == hash_key.size()) {
      rss.rss_key = const_cast<uint8_t*>(hash_key.data());
      rss.rss_key_len = info.hash_key_size;
    }
  }
  return configuration;
}

}  // namespace

Port::Port(Side side, const ApplianceConfig& config, const SipKey& owner_seed, rte_mempool* pool)
    : side_(side),
      config_(config),
      hash_key_(Toeplitz::KeyFrom(owner_seed)),
      device_(DeviceOf(side, config)),
      interface_(InterfaceOf(device_)),
      wired_to_(WiredTo(side, config)),
      queues_(config.ports.queues) {
  Open(pool);
}

// The driver, if it closed the device, would take the program off. A start that took over a wire
// and fails at the other port leaves it, too.
Port::~Port() {
  if (!wired_to_.empty() && is_open_ && (has_left_ || took_over_)) {
    rte_eth_dev_stop(id_);
  } else {
    Close();
  }
}

void Port::Open(rte_mempool* pool) {
  TryToOpen(pool);
  if (!took_over_) return;
  spdlog::info("the {} port \"{}\" has taken over the wire that was left", Name(side_), device_);
}

void Port::TryToOpen(rte_mempool* pool) {
  StderrCapture output;
  try {
    OpenOn(pool);
    is_open_ = true;
  } catch (const StartError& error) {
    const std::string cause = output.Cause();
    if (!KeepsWire()) Close();
    throw StartError(fmt::format("the {} port \"{}\" cannot be opened: {}{}", Name(side_), device_,
                                 error.what(), cause.empty() ? "" : " (" + cause + ")") +
                     PrivilegeRemedy({&device_, 1}));
  }
}

void Port::OpenOn(rte_mempool* pool) {
  if (!interface_.empty()) Claim();
  if (!IsAfXdp(device_)) {
    if (!has_device_) id_ = OpenDevice(device_);
    has_device_ = true;
    return Start(pool);
  }
  const RedirectProgram program;  // the driver reads it as it sets up its first queue
  id_ = OpenDevice(fmt::format("{},xdp_prog={}", device_, program.path()));
  has_device_ = true;
  Start(pool);
}

void Port::TakeProgram() {
  const Hold hold = wired_to_.empty() ? Hold::kWithProcess : Hold::kForGood;
  program_ = PortProgram(interface_index_, hold, FirstQueueOf(device_));
  if (!wired_to_.empty()) program_.WireTo(wired_index_);
  lock_.NoteProgram(program_.id());
}

// Whether the wire of a process before this one goes on although the port cannot be opened: as it
// was, or by the program that the driver has put in its place before it failed.
bool Port::KeepsWire() {
  if (!took_over_ || wired_to_.empty()) return false;
  if (AttachedProgram(interface_index_) == lock_.program()) return true;
  try {
    TakeProgram();
    return true;
  } catch (const StartError&) {
    return false;
  }
}

// Before anything is touched: the driver, when it fails, takes off whatever program it finds.
void Port::Claim() {
  const unsigned index = IndexOf(interface_);
  if (!wired_to_.empty()) wired_index_ = IndexOf(wired_to_);
  if (index != interface_index_) {
    lock_ = InterfaceLock(kRunFolder, index);
    interface_index_ = index;
  }
  const uint32_t found = AttachedProgram(interface_index_);
  took_over_ = lock_.Owns(found);
  if (IsAfXdp(device_) && found != 0 && !took_over_) {
    throw StartError(
        fmt::format("another XDP program (id {}) is on it; end the program that it "
                    "belongs to, or take it off: ip link set dev {} xdp off",
                    found, interface_));
  }
}

void Port::Close() {
  const bool had_program = program_.id() != 0;
  program_.Release();
  is_open_ = false;
  if (!has_device_) return;
  StderrCapture output;
  rte_eth_dev_stop(id_);
  // Other drivers would take what they have made with them (tap), and keep no buffer when stopped.
  if (!IsAfXdp(device_)) return;
  // The driver would take off a program that is not ours any more.
  if (had_program && AttachedProgram(interface_index_) != 0) return;
  rte_eth_dev_info info;
  if (rte_eth_dev_info_get(id_, &info) == 0) rte_dev_remove(info.device);
  has_device_ = false;
  if (AttachedProgram(interface_index_) == 0) lock_.NoteProgram(0);
}

bool Port::CanOpen() const {
  if (interface_.empty()) return true;
  const auto state = ReadInterface(interface_);
  if (!state) return false;
  const bool is_ours = is_open_ && state->index == interface_index_ && program_.IsAttached();
  return is_ours || !IsAfXdp(device_) || AttachedProgram(state->index) == 0;
}

PortObservation Port::Observe(uint64_t received) const {
  PortObservation observation{.port_frames = received};
  if (interface_.empty()) {
    rte_eth_link link{};
    observation.is_up = rte_eth_link_get_nowait(id_, &link) != 0 || link.link_status != 0;
    return observation;
  }
  const auto state = ReadInterface(interface_);
  observation.has_interface = state && state->index == interface_index_;
  if (!observation.has_interface) return observation;
  observation.has_program = !IsAfXdp(device_) || program_.IsAttached();
  observation.is_up = state->up;
  observation.interface_frames = state->frames_received;
  return observation;
}

PortCounts Port::Counts() const {
  rte_eth_stats counts{};
  if (!is_open_ || rte_eth_stats_get(id_, &counts) != 0) return {};
  return {counts.ipackets, counts.ibytes,  counts.ierrors, counts.opackets,
          counts.obytes,   counts.oerrors, counts.imissed};
}

void Port::AttachProgram() { program_.Attach(); }

void Port::Serve() { program_.Serve(true); }

void Port::Leave() {
  program_.Serve(false);
  has_left_ = true;
}

Mac Port::mac() const {
  rte_ether_addr address{};
  rte_eth_macaddr_get(id_, &address);
  Mac mac;
  std::copy_n(address.addr_bytes, mac.bytes.size(), mac.bytes.begin());
  return mac;
}

void Port::Start(rte_mempool* pool) {
  Configure();
  SetMtu(config_.ports.mtu);
  ReplaceProgram(pool);
  Require(rte_eth_dev_start(id_), "the device does not start");
  SpreadByOwner();
  // Drivers that cannot switch it receive everything anyway.
  rte_eth_promiscuous_enable(id_);
}

// As late as can be. A wire would keep the frames from any other driver, too. That of AF_XDP
// attaches another one, which is noted before its id is known: whoever comes after a process that
// is killed meanwhile would take it for a stranger's.
void Port::ReplaceProgram(rte_mempool* pool) {
  lock_.NoteProgram(IsAfXdp(device_) ? kPendingProgram : 0);
  if (took_over_) DetachProgram(interface_index_);
  SetUpQueues(pool);
  if (IsAfXdp(device_)) TakeProgram();
}

void Port::Configure() {
  const rte_eth_dev_info info = InfoOf(id_);
  const int available = std::min(info.max_rx_queues, info.max_tx_queues);
  if (queues_ > available) {
    throw StartError(fmt::format("it has {} queue(s), ports.queues is {}", available, queues_));
  }
  rte_eth_conf configuration = ConfigurationOf(side_, queues_, hash_key_, info);
  Require(rte_eth_dev_configure(id_, queues_, queues_, &configuration), "it refuses its queues");
}

void Port::SetMtu(uint16_t mtu) {
  if (mtu <= RTE_ETHER_MTU) return;
  const int result = rte_eth_dev_set_mtu(id_, mtu);
  // Virtual drivers without a limit of their own may refuse and carry such frames all the same:
  // af_packet takes what fits its ring frames, whatever it reports.
  const bool carries_anyway = !IsPciDevice(device_) && InfoOf(id_).max_mtu >= mtu;
  if (!carries_anyway) Require(result, fmt::format("it refuses MTU {}", mtu).c_str());
}

void Port::SetUpQueues(rte_mempool* pool) {
  const BufferPlan plan = PlanBuffers(config_);
  uint16_t rx_descriptors = plan.descriptors, tx_descriptors = plan.descriptors;
  Require(rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx_descriptors, &tx_descriptors),
          "it refuses the size of its rings");
  const int more = queues_ * (rx_descriptors + tx_descriptors - 2 * plan.descriptors);
  if (more > 0 && plan.total() + 2 * static_cast<uint32_t>(more) > config_.mbufs) {
    throw StartError(
        fmt::format("its rings have {} and {} descriptors at least: memory.mbufs {} "
                    "are too few, from {}",
                    rx_descriptors, tx_descriptors, config_.mbufs,
                    plan.total() + 2 * static_cast<uint32_t>(more)));
  }
  const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
  for (uint16_t queue = 0; queue < queues_; ++queue) {
    // Once: AF_XDP's driver keeps the buffers of a queue that it could not set up.
    Require(rte_eth_rx_queue_setup(id_, queue, rx_descriptors, socket, nullptr, pool),
            "it refuses a receive queue");
    Require(rte_eth_tx_queue_setup(id_, queue, tx_descriptors, socket, nullptr),
            "it refuses a transmit queue");
  }
}

// Which queue the hash's buckets have: that of their owner. Drivers without a table of buckets keep
// their way.
void Port::SpreadByOwner() {
  const uint16_t buckets = InfoOf(id_).reta_size;
  if (queues_ == 1 || buckets == 0) return;
  std::vector<rte_eth_rss_reta_entry64> table((buckets + RTE_ETH_RETA_GROUP_SIZE - 1) /
                                              RTE_ETH_RETA_GROUP_SIZE);
  for (unsigned bucket = 0; bucket < buckets; ++bucket) {
    const unsigned owner =
        OwnerFunction::WorkerOfBucket(bucket % OwnerFunction::kBuckets, config_.workers);
    rte_eth_rss_reta_entry64& group = table[bucket / RTE_ETH_RETA_GROUP_SIZE];
    group.mask |= uint64_t{1} << bucket % RTE_ETH_RETA_GROUP_SIZE;
    group.reta[bucket % RTE_ETH_RETA_GROUP_SIZE] = static_cast<uint16_t>(owner % queues_);
  }
  rte_eth_dev_rss_reta_update(id_, table.data(), buckets);
}

}  // namespace synsplice
