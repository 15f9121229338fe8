// The routers of the world: links that are narrower than the hosts', and what is said about them.

#include <algorithm>

#include "support/icmp_frame.h"
#include "world.h"

namespace synsplice::sim {
namespace {

const Address kRouterV4 = *ParseAddress("198.18.0.1"), kRouterV6 = *ParseAddress("2001:db8::1");

}  // namespace

// RFC 1191 4, RFC 4443 3.2. `towards_proxy`: the way of the error.
void World::TellTooBig(Side side, bool towards_proxy, const test::TcpFrame& segment, uint32_t mtu,
                       Origin::Maker maker) {
  test::IcmpError error;
  error.source_mac = segment.destination_mac;
  error.destination_mac = segment.source_mac;
  error.tags = segment.tags;
  error.source = scenario_.v6 ? kRouterV6 : kRouterV4;
  error.destination = segment.source.address;
  error.type = scenario_.v6 ? 2 : 3;
  error.code = scenario_.v6 ? 0 : 4;
  error.rest = mtu;
  error.quoted = segment;
  error.quoted_tcp = random_.Pick<size_t>({8, 20, 40});
  Packet packet{error.Build(), {.maker = maker}};
  trace_.Write(now_, "sends", side, packet);
  Transmit(side, towards_proxy, std::move(packet));
}

// False: it is too long for the link behind the router, whose sender is told.
bool World::Passes(Side side, bool towards_proxy, const Packet& packet) {
  const PathMtu& path = scenario_.path[static_cast<size_t>(side)];
  const size_t ip = 14 + 4 * scenario_.tags.size();
  if (now_ < path.from || packet.bytes.size() <= ip + path.mtu) return true;
  trace_.Write(now_, "too big", side, packet);
  const Origin& origin = packet.origin;
  if (origin.IsEnd() && origin.connection != kNoConnection)
    connections_[static_cast<size_t>(origin.connection)].too_long = true;
  const auto segment = test::ReadTcpFrame(packet.bytes);
  if (segment) TellTooBig(side, !towards_proxy, *segment, path.mtu, Origin::Maker::kRouter);
  return false;
}

uint16_t World::MssOf(const TcpEnd& end) const {
  const uint32_t headers = scenario_.v6 ? 60 : 40;
  uint32_t mss = end.stack.mss;
  for (const NarrowPath& path : narrow_paths_) {
    if (end.client || path.client != end.connection.client.address) continue;
    mss = std::min(mss, std::max(path.mtu, SmallestMtu(scenario_.v6)) - headers);
  }
  return static_cast<uint16_t>(mss);
}

void World::DeliverError(Side side, const test::IcmpError& error, const Origin& origin) {
  const bool client = side == Side::kOutside;
  const Endpoint& who = client ? error.quoted.source : error.quoted.destination;
  uint32_t server = 0;
  const auto count = static_cast<uint32_t>(scenario_.servers.size());
  while (!client && server < count && error.quoted.source != BackendEndpoint(scenario_, server)) {
    ++server;
  }
  TcpEnd* end = FindEnd(client, server, who);
  if (!end) return;
  if (!client && error.destination_mac != kServerMac) Fail("a server's error for another MAC");
  if (!client && scenario_.IsHostile()) narrow_paths_.push_back({who.address, error.rest});
  witness_.OnTooBig(*end, error, origin);
  end->OnTooBig(error.rest, error.quoted.seq);
}

}  // namespace synsplice::sim
