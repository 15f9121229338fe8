#include "io/host/interface.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <memory>

namespace synsplice {
namespace {

InterfaceState StateOf(const ifaddrs& entry) {
  constexpr unsigned kUp = IFF_UP | IFF_RUNNING;
  InterfaceState state;
  state.index = static_cast<unsigned>(reinterpret_cast<sockaddr_ll*>(entry.ifa_addr)->sll_ifindex);
  state.up = (entry.ifa_flags & kUp) == kUp;
  if (entry.ifa_data != nullptr) {
    state.frames_received = static_cast<const rtnl_link_stats*>(entry.ifa_data)->rx_packets;
  }
  return state;
}

}  // namespace

std::optional<InterfaceState> ReadInterface(const std::string& name) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(list, ::freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const bool is_link = entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_PACKET;
    if (is_link && name == entry->ifa_name) return StateOf(*entry);
  }
  return std::nullopt;
}

}  // namespace synsplice
