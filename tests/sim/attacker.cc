// Floods: segments that no end sent, from anybody's address. They know no sequence number.

#include <algorithm>

#include "support/example_frames.h"
#include "world.h"

namespace synsplice::sim {
namespace {

using test::kA;
using test::kF;
using test::kP;
using test::kR;
using test::kS;

uint8_t FlagsOf(FloodPlan::Kind kind, Random& random) {
  switch (kind) {
    case FloodPlan::Kind::kNone:
    case FloodPlan::Kind::kSyn:
    case FloodPlan::Kind::kTooBig:
      return kS;
    case FloodPlan::Kind::kAck:
      return kA;
    case FloodPlan::Kind::kSynAck:
      return kS | kA;
    case FloodPlan::Kind::kRst:
      return random.Percent(50) ? kR : kR | kA;
    case FloodPlan::Kind::kFin:
      return random.Percent(20) ? kF : kF | kA;
    case FloodPlan::Kind::kData:
    case FloodPlan::Kind::kFragments:
      return kP | kA;
    case FloodPlan::Kind::kMixed:
      break;
  }
  return static_cast<uint8_t>(random.Below(256));
}

// The whole segment, called one of the first fragments of a longer one or the last.
void MakeFragment(const test::TcpFrame& frame, test::Bytes& bytes, Random& random) {
  const bool more = random.Percent(50);
  const auto offset = static_cast<uint8_t>(random.Below(4));
  if (frame.v6()) {
    const auto low = static_cast<uint8_t>(offset << 3 | more);
    return test::InsertExtension(frame, bytes, 44, {0, 0, 0, low, 0, 0, 0, offset});
  }
  const size_t ip = test::IpOffset(frame);
  bytes[ip + 6] = more ? 0x20 : 0;
  bytes[ip + 7] = offset;
  test::RepairChecksums(frame, bytes);
}

}  // namespace

Endpoint World::ForgedClient(uint8_t flags) {
  // Exempt: backends are trusted not to open connections to their clients' ports (rule 27).
  const bool opens = scenario_.flood.from_inside && (flags & kS);
  if (scenario_.flood.from_clients && !opens) {
    const auto count = static_cast<uint32_t>(scenario_.connections.size());
    const ConnectionPlan& plan = scenario_.connections[random_.Below(count)];
    return {ClientAddress(scenario_.v6, plan.host), plan.port};
  }
  Address address = *ParseAddress(scenario_.v6 ? "2001:db8:bad::" : "198.19.0.0");
  address.bytes[14] = static_cast<uint8_t>(random_.Below(250));
  address.bytes[15] = static_cast<uint8_t>(random_.Between(1, 250));
  return {address, static_cast<uint16_t>(random_.Between(1, 65535))};
}

test::TcpFrame World::ForgedSegment(uint8_t flags) {
  test::TcpFrame frame;
  const bool inside = scenario_.flood.from_inside;
  const auto count = static_cast<uint32_t>(scenario_.servers.size());
  const Endpoint server =
      inside ? BackendEndpoint(scenario_, random_.Below(count)) : ListenerEndpoint(scenario_.v6);
  frame.source = inside ? server : ForgedClient(flags);
  frame.destination = inside ? ForgedClient(flags) : server;
  frame.source_mac = inside ? kServerMac : kAttackerMac;
  frame.destination_mac = inside ? kClientMac : (scenario_.nat ? kOutsideMac : kServerMac);
  frame.tags = scenario_.tags;
  frame.seq = random_.Next32();
  frame.ack = random_.Next32();
  frame.flags = flags;
  frame.window = static_cast<uint16_t>(random_.Next32());
  if (random_.Percent(50)) frame.options.timestamps = {random_.Next32(), random_.Next32()};
  if (flags & kS) frame.options.mss = static_cast<uint16_t>(random_.Between(0, 1500));
  if (flags & kP) frame.payload.assign(random_.Between(1, 100), 'x');
  return frame;
}

void World::Flood() {
  const FloodPlan& flood = scenario_.flood;
  auto kind = flood.kind;
  if (kind == FloodPlan::Kind::kMixed && random_.Percent(50)) {
    kind = static_cast<FloodPlan::Kind>(random_.Between(1, 8));
  }
  const test::TcpFrame frame = ForgedSegment(FlagsOf(kind, random_));
  const Side side = flood.from_inside ? Side::kInside : Side::kOutside;
  if (kind == FloodPlan::Kind::kTooBig) {
    test::TcpFrame quoted = frame;
    std::swap(quoted.source, quoted.destination);
    std::swap(quoted.source_mac, quoted.destination_mac);
    return TellTooBig(side, true, quoted, 576, Origin::Maker::kAttacker);
  }
  Packet packet{frame.Build(), {.maker = Origin::Maker::kAttacker, .flags = frame.flags}};
  if (kind == FloodPlan::Kind::kFragments) MakeFragment(frame, packet.bytes, random_);
  Transmit(side, true, std::move(packet));
}

// A RST in a client's name that guesses what its server's window is, but no edge of it.
void World::ForgeReset() {
  const auto count = static_cast<uint32_t>(connections_.size());
  if (count == 0) return;
  const Connection& connection = connections_[random_.Below(count)];
  const TcpEnd* server = connection.server_end;
  if (!server || !server->IsOpen() || !connection.client_end->IsOpen()) return;
  const uint32_t said = connection.client_end->snd_max;
  const int32_t room = SeqDiff(server->rcv_right, said) - 1;
  if (room <= 0) return;
  test::TcpFrame frame = ForgedSegment(kR);
  frame.source = connection.client;
  frame.destination = ListenerEndpoint(scenario_.v6, connection.plan->service);
  frame.source_mac = kAttackerMac;
  frame.destination_mac = scenario_.nat ? kOutsideMac : kServerMac;
  frame.options = {};
  frame.seq = said + 1 + random_.Below(std::min(static_cast<uint32_t>(room), 60'000u));
  Packet packet{frame.Build(), {.maker = Origin::Maker::kAttacker, .flags = kR}};
  packet.origin.connection = connection.id;
  trace_.Write(now_, "sends", Side::kOutside, packet, "forged in the window");
  Transmit(Side::kOutside, true, std::move(packet));
}

}  // namespace synsplice::sim
