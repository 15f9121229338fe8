#include "io/dpdk/port_details.h"

#include <rte_bus.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <string_view>

namespace synsplice {
namespace {

// Bounds what is told of one port; cards have some hundred.
constexpr size_t kMostCounters = 512;

// A virtual device makes its speed up.
bool KnowsSpeed(uint16_t id) {
  rte_eth_dev_info info{};
  if (rte_eth_dev_info_get(id, &info) != 0) return false;
  const rte_bus* bus = rte_dev_bus(info.device);
  return bus && rte_bus_name(bus) != std::string_view("vdev");
}

std::optional<LinkState> LinkOf(uint16_t id) {
  rte_eth_link link{};
  if (rte_eth_link_get_nowait(id, &link) != 0) return std::nullopt;
  LinkState state{link.link_status == RTE_ETH_LINK_UP, {}, link.link_duplex != 0};
  const bool told = link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN && link.link_speed != 0;
  if (told && KnowsSpeed(id)) state.megabits = link.link_speed;
  return state;
}

std::vector<NamedCount> CountersOf(uint16_t id) {
  const int known = rte_eth_xstats_get_names(id, nullptr, 0);
  if (known <= 0) return {};
  std::vector<rte_eth_xstat_name> names(static_cast<size_t>(known));
  std::vector<rte_eth_xstat> counts(names.size());
  const auto size = static_cast<unsigned>(known);
  // Some come and go with the queues: then another time.
  if (rte_eth_xstats_get_names(id, names.data(), size) != known) return {};
  if (rte_eth_xstats_get(id, counts.data(), size) != known) return {};
  std::vector<NamedCount> counters;
  for (size_t i = 0; i < std::min(counts.size(), kMostCounters); ++i) {
    if (counts[i].id < names.size()) {
      counters.emplace_back(names[counts[i].id].name, counts[i].value);
    }
  }
  return counters;
}

// Looked at beside the worker that empties it: true a moment ago.
std::optional<uint32_t> WaitingIn(uint16_t id, uint16_t queue) {
  const int count = rte_eth_rx_queue_count(id, queue);
  return count < 0 ? std::nullopt : std::optional(static_cast<uint32_t>(count));
}

}  // namespace

PortDetails DetailsOf(const Port& port) {
  if (!port.is_open()) return {};
  PortDetails details{LinkOf(port.id()), {}, CountersOf(port.id())};
  for (uint16_t queue = 0; queue < port.queues(); ++queue) {
    details.waiting.push_back(WaitingIn(port.id(), queue));
  }
  return details;
}

}  // namespace synsplice
