#include "system/link.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "io/host/descriptor.h"
#include "io/host/interface.h"
#include "io/host/interface_lock.h"
#include "io/xdp/port_program.h"
#include "system/veth_peer.h"

namespace synsplice {
namespace {

ifreq RequestFor(const std::string& name) {
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), std::min(name.size(), size_t{IFNAMSIZ - 1}));
  return request;
}

bool Ask(unsigned long number, ifreq& request) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return socket.ok() && ::ioctl(socket.get(), number, &request) == 0;
}

// `command` is one of ethtool's structures with its number inside.
bool AskEthtool(const std::string& name, void* command) {
  ifreq request = RequestFor(name);
  request.ifr_data = static_cast<char*>(command);
  return Ask(SIOCETHTOOL, request);
}

unsigned MtuOf(const std::string& name) {
  ifreq request = RequestFor(name);
  return Ask(SIOCGIFMTU, request) ? static_cast<unsigned>(request.ifr_mtu) : 0;
}

unsigned QueuesOf(const std::string& name) {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  if (!AskEthtool(name, &channels)) return 1;
  return std::max(1u, channels.combined_count + channels.rx_count);
}

std::string DriverOfLink(const std::string& name) {
  ethtool_drvinfo information{};
  information.cmd = ETHTOOL_GDRVINFO;
  return AskEthtool(name, &information) ? information.driver : "";
}

bool SendsUnfinishedChecksums(const std::string& name) {
  ethtool_value value{};
  value.cmd = ETHTOOL_GTXCSUM;
  return AskEthtool(name, &value) && value.data != 0;
}

}  // namespace

std::optional<Link> ReadLink(const std::string& name) {
  const auto state = ReadInterface(name);
  if (!state) return std::nullopt;
  Link link;
  link.up = state->up;
  link.mtu = MtuOf(name);
  link.queues = QueuesOf(name);
  link.driver = DriverOfLink(name);
  if (link.driver == "veth") link.peer = VethPeer(state->index);
  link.sends_unfinished = !link.peer.empty() && SendsUnfinishedChecksums(link.peer);
  link.program = AttachedProgram(state->index);
  link.is_wire = IsNoted(kRunFolder, state->index, link.program);
  link.holder = LockHolder(kRunFolder, state->index);
  return link;
}

}  // namespace synsplice
