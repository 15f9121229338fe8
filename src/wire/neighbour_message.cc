#include "synsplice/wire/neighbour_message.h"

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr uint8_t kSolicitation = 135, kAdvertisement = 136;
constexpr uint8_t kSourceLinkLayer = 1, kTargetLinkLayer = 2;
constexpr uint32_t kMessageLength = 24;      // up to and with the target address
constexpr uint32_t kLinkLayerLength = 8;     // option with an Ethernet address
constexpr int kMaxOptions = 16;              // that are looked at
constexpr uint8_t kNeighbourHopLimit = 255;  // RFC 4861 7.1: proves that no router forwarded it
constexpr uint32_t kArpLength = 28;

Mac ReadMac(const uint8_t* from) {
  Mac mac;
  std::memcpy(mac.bytes.data(), from, 6);
  return mac;
}

std::optional<NeighbourMessage> ParseArpMessage(const Packet& packet) {
  const uint8_t* arp = packet.ip();
  const uint16_t operation = LoadBe16(arp + 6);
  if (operation != 1 && operation != 2) return std::nullopt;
  NeighbourMessage message{};
  message.kind =
      operation == 1 ? NeighbourMessage::Kind::kRequest : NeighbourMessage::Kind::kAnswer;
  message.mac = ReadMac(arp + 8);
  message.asker = message.mac_address = Address::FromWire(arp + 14, false);
  message.target = operation == 1 ? Address::FromWire(arp + 24, false) : message.mac_address;
  return message;
}

bool Icmpv6ChecksumOk(const Packet& packet) {
  const uint32_t length = packet.end - packet.l4;
  ChecksumSum sum;
  AddPseudoHeader(sum, packet.source.address, packet.destination.address, kProtocolIcmpv6, length);
  sum.AddBytes(packet.tcp(), length);
  return sum.Folded() == 0xffff;
}

// The link-layer address option of `kind`, if the options are well formed (RFC 4861 4.6) and it is
// among the first ones. Hosts send one option, with SEND (RFC 3971) five.
std::optional<Mac> FindLinkLayer(const Packet& packet, uint8_t kind) {
  uint32_t at = packet.l4 + kMessageLength;
  for (int i = 0; i < kMaxOptions && at + kLinkLayerLength <= packet.end; ++i) {
    const uint8_t* option = packet.data() + at;
    if (option[1] == 0) return std::nullopt;
    if (option[0] == kind && option[1] == 1) return ReadMac(option + 2);
    at += option[1] * 8u;
  }
  return std::nullopt;
}

std::optional<NeighbourMessage> ParseDiscovery(const Packet& packet) {
  const uint8_t* icmp = packet.tcp();
  const bool request = icmp[0] == kSolicitation;
  if (!packet.v6 || (!request && icmp[0] != kAdvertisement)) return std::nullopt;
  if (packet.l4 + kMessageLength > packet.end || packet.ip()[7] != kNeighbourHopLimit ||
      !Icmpv6ChecksumOk(packet)) {
    return std::nullopt;
  }
  NeighbourMessage message{};
  message.kind = request ? NeighbourMessage::Kind::kRequest : NeighbourMessage::Kind::kAnswer;
  message.target = Address::FromWire(icmp + 8, true);
  if (message.target.IsV4()) return std::nullopt;  // IPv4-mapped: nobody's address on a link
  message.asker = packet.source.address;
  message.mac = FindLinkLayer(packet, request ? kSourceLinkLayer : kTargetLinkLayer);
  message.mac_address = request ? message.asker : message.target;
  return message;
}

uint32_t WriteArp(uint8_t* to, const L2Header& l2, uint16_t operation, const Mac& sender) {
  constexpr uint8_t kIpv4OverEthernet[6] = {0, 1, 8, 0, 6, 4};
  std::memcpy(to, l2.bytes.data(), l2.length);
  uint8_t* arp = to + l2.length;
  std::memset(arp, 0, kArpLength);
  std::memcpy(arp, kIpv4OverEthernet, sizeof kIpv4OverEthernet);
  StoreBe16(arp + 6, operation);
  std::memcpy(arp + 8, sender.bytes.data(), 6);
  return l2.length + kArpLength;
}

struct Discovery {
  uint8_t type;
  uint8_t flags;  // advertisement: router, solicited, override
  Address source;
  Address destination;
  Address target;
  std::optional<Mac> link_layer;
};

uint32_t WriteDiscovery(uint8_t* to, const L2Header& l2, const Discovery& message) {
  const uint32_t length = kMessageLength + (message.link_layer ? kLinkLayerLength : 0);
  std::memcpy(to, l2.bytes.data(), l2.length);
  uint8_t* ip = to + l2.length;
  uint8_t* icmp = ip + WriteIpHeader(ip, {message.source,
                                          message.destination,
                                          kProtocolIcmpv6,
                                          length,
                                          {.hop_limit = kNeighbourHopLimit}});
  std::memset(icmp, 0, length);
  icmp[0] = message.type;
  icmp[4] = message.flags;
  std::memcpy(icmp + 8, message.target.bytes.data(), 16);
  if (message.link_layer) {
    icmp[kMessageLength] = kTargetLinkLayer;
    icmp[kMessageLength + 1] = 1;
    std::memcpy(icmp + kMessageLength + 2, message.link_layer->bytes.data(), 6);
  }
  ChecksumSum sum;
  AddPseudoHeader(sum, message.source, message.destination, kProtocolIcmpv6, length);
  sum.AddBytes(icmp, length);
  StoreBe16(icmp + 2, sum.Checksum());
  return static_cast<uint32_t>(icmp - to) + length;
}

// ff02::1:ffXX:XXXX (RFC 4291 2.7.1).
Address SolicitedNode(const Address& target) {
  Address group;
  group.bytes = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};
  std::memcpy(&group.bytes[13], &target.bytes[13], 3);
  return group;
}

// 33:33 and the last four bytes of the group (RFC 2464 7).
Mac MulticastMac(const Address& group) {
  Mac mac{{0x33, 0x33}};
  std::memcpy(&mac.bytes[2], &group.bytes[12], 4);
  return mac;
}

uint32_t ComposeArpRequest(uint8_t* to, L2Header l2, const Mac& our_mac, const Address& target) {
  constexpr Mac kBroadcast{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  l2.set_destination(kBroadcast);
  l2.set_ether_type(kEtherTypeArp);
  const uint32_t length = WriteArp(to, l2, 1, our_mac);
  std::memcpy(to + l2.length + 24, target.WireBytes(), 4);
  return length;
}

uint32_t ComposeArpReply(uint8_t* to, const L2Header& l2, const Mac& our_mac,
                         const NeighbourMessage& request) {
  const uint32_t length = WriteArp(to, l2, 2, our_mac);
  uint8_t* arp = to + l2.length;
  std::memcpy(arp + 14, request.target.WireBytes(), 4);
  std::memcpy(arp + 18, request.mac->bytes.data(), 6);
  std::memcpy(arp + 24, request.asker.WireBytes(), 4);
  return length;
}

// RFC 4861 7.2.4: a solicitation from :: is answered to all nodes, and not as "solicited".
uint32_t ComposeAdvertisement(uint8_t* to, L2Header l2, const Mac& our_mac,
                              const NeighbourMessage& request) {
  constexpr uint8_t kSolicited = 0x40, kOverride = 0x20;
  const bool probe = request.asker == Address{};
  Address all_nodes;
  all_nodes.bytes[0] = 0xff, all_nodes.bytes[1] = 2, all_nodes.bytes[15] = 1;
  const Address destination = probe ? all_nodes : request.asker;
  if (probe) l2.set_destination(MulticastMac(all_nodes));
  return WriteDiscovery(
      to, l2,
      {kAdvertisement, static_cast<uint8_t>(probe ? kOverride : kOverride | kSolicited),
       request.target, destination, request.target, our_mac});
}

}  // namespace

std::optional<NeighbourMessage> ParseNeighbourMessage(const Packet& packet) {
  if (packet.kind == Packet::Kind::kArp) return ParseArpMessage(packet);
  if (packet.kind == Packet::Kind::kIcmp) return ParseDiscovery(packet);
  return std::nullopt;
}

uint32_t ComposeNeighbourRequest(uint8_t* to, L2Header l2, const Mac& our_mac,
                                 const Address& target) {
  l2.set_source(our_mac);
  if (target.IsV4()) return ComposeArpRequest(to, l2, our_mac, target);
  const Address group = SolicitedNode(target);
  l2.set_destination(MulticastMac(group));
  l2.set_ether_type(kEtherTypeIpv6);
  return WriteDiscovery(to, l2, {kSolicitation, 0, Address{}, group, target, std::nullopt});
}

uint32_t ComposeNeighbourAnswer(uint8_t* to, const L2Header& l2, const Mac& our_mac,
                                const NeighbourMessage& request) {
  L2Header answer = l2.Swapped();
  answer.set_source(our_mac);
  if (request.target.IsV4()) return ComposeArpReply(to, answer, our_mac, request);
  return ComposeAdvertisement(to, answer, our_mac, request);
}

}  // namespace synsplice
