#include "system/veth_peer.h"

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "io/host/descriptor.h"

namespace synsplice {
namespace {

struct Request {
  nlmsghdr header{};
  ifinfomsg link{};
};

// The kernel's answer to RTM_GETLINK; its length, 0: none.
ssize_t AskForLink(unsigned index, char* answer, size_t size) {
  const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  Request request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.link.ifi_index = static_cast<int>(index);
  if (!socket.ok() || ::send(socket.get(), &request, sizeof request, 0) < 0) return 0;
  const ssize_t length = ::recv(socket.get(), answer, size, 0);
  return length < 0 ? 0 : length;
}

}  // namespace

std::string VethPeer(unsigned interface_index) {
  alignas(nlmsghdr) std::array<char, 32768> answer;
  const ssize_t length = AskForLink(interface_index, answer.data(), answer.size());
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (length < static_cast<ssize_t>(sizeof(Request)) || header->nlmsg_type != RTM_NEWLINK)
    return "";
  const auto* link = reinterpret_cast<const ifinfomsg*>(NLMSG_DATA(header));
  unsigned peer = 0;
  auto rest = static_cast<unsigned>(length) - NLMSG_SPACE(sizeof *link);
  for (const rtattr* part = IFLA_RTA(link); RTA_OK(part, rest); part = RTA_NEXT(part, rest)) {
    // The number is of another namespace, where it may be anybody's.
    if (part->rta_type == IFLA_LINK_NETNSID) return "";
    if (part->rta_type == IFLA_LINK) std::memcpy(&peer, RTA_DATA(part), sizeof peer);
  }
  char name[IF_NAMESIZE];
  return peer != 0 && ::if_indextoname(peer, name) != nullptr ? name : "";
}

}  // namespace synsplice
