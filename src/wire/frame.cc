#include "synsplice/wire/frame.h"

#include "synsplice/base/endian.h"
#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/glance.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr uint8_t kHopByHop = 0, kRouting = 43, kFragmentHeader = 44, kDestinationOptions = 60;
constexpr int kMaxExtensionHeaders = 8;
// Of what is not judged any more only the protocol and the address are looked for, and so far that
// the frame costs less than eight SYNs: each header waits for the one before.
constexpr int kMaxWalkedHeaders = 64;
constexpr uint32_t kMaxWalkedTags = 256;
constexpr uint32_t kIcmpMinLength = 8;
constexpr uint32_t kArpLength = 28;
constexpr uint32_t kMaxDatagram = 65535;

// The first thing that is wrong names the drop.
void Blame(Packet& packet, Reason reason) {
  if (packet.reason == Reason::kNone) packet.reason = reason;
}

void Break(Packet& packet, Reason reason) {
  packet.kind = Packet::Kind::kBroken;
  Blame(packet, reason);
}

void ReadPorts(Packet& packet) {
  if (packet.l4 + 4u > packet.end) return;
  packet.source.port = LoadBe16(packet.tcp());
  packet.destination.port = LoadBe16(packet.tcp() + 2);
}

void ReadTcpFields(Packet& packet) {
  const uint8_t* tcp = packet.tcp();
  packet.seq = LoadBe32(tcp + 4);
  packet.ack = LoadBe32(tcp + kTcpAckOffset);
  packet.flags = tcp[kTcpFlagsOffset];
  packet.window = LoadBe16(tcp + kTcpWindowOffset);
}

void ParseTcp(Packet& packet) {
  ReadPorts(packet);
  if (packet.reason != Reason::kNone) return Break(packet, packet.reason);
  // RFC 1858: a first fragment must hold what filters and we decide by.
  const bool fragment = packet.IsFragment();
  if (packet.l4 + kTcpMinLength > packet.end) {
    return Break(packet, fragment ? Reason::kTinyFragment : Reason::kTruncated);
  }
  const uint8_t* tcp = packet.tcp();
  const uint32_t header_length = (tcp[12] >> 4) * 4u;
  const bool ends_inside = packet.l4 + header_length > packet.end;
  if (ends_inside && fragment) return Break(packet, Reason::kTinyFragment);
  if (header_length < kTcpMinLength || ends_inside) return Break(packet, Reason::kBadTcpOffset);
  ReadTcpFields(packet);
  packet.payload = packet.l4 + header_length;
  if (!ParseOptions(tcp, header_length, packet.options)) {
    return Break(packet, Reason::kBadTcpOptions);
  }
  packet.kind = Packet::Kind::kTcp;
}

void ParseTransport(Packet& packet) {
  if (packet.protocol == kProtocolTcp) return ParseTcp(packet);
  const bool icmp = packet.protocol == (packet.v6 ? kProtocolIcmpv6 : kProtocolIcmp);
  if (icmp && packet.reason == Reason::kNone && !packet.IsFragment() &&
      packet.l4 + kIcmpMinLength <= packet.end) {
    packet.kind = Packet::Kind::kIcmp;
  }
}

// Lengths that no receiver can put together (RFC 8200 4.5), and IPv4's offset of 8 bytes, which
// reaches into the TCP header (RFC 3128).
Reason JudgeFragment(const Packet& packet) {
  const Fragment& fragment = packet.fragment;
  const uint32_t length = packet.end - fragment.begin;
  if (packet.end <= fragment.begin || (fragment.more && length % 8 != 0) ||
      fragment.offset * 8u + length > kMaxDatagram) {
    return Reason::kBadFragment;
  }
  return !packet.v6 && fragment.offset == 1 ? Reason::kTinyFragment : Reason::kNone;
}

// Carries no ports. Of IPv6 any may continue a TCP segment, whatever it claims: the receiver
// believes the first one's next header only (RFC 8200 4.5).
void ParseLaterFragment(Packet& packet) {
  const bool tcp = packet.protocol == kProtocolTcp;
  if (tcp && packet.reason != Reason::kNone) return Break(packet, packet.reason);
  if ((tcp || packet.v6) && packet.reason == Reason::kNone) {
    packet.kind = Packet::Kind::kLaterFragment;
  }
}

// What stands behind the IP headers: from here on a fragment is told apart.
void ParsePart(Packet& packet) {
  if (packet.IsFragment()) Blame(packet, JudgeFragment(packet));
  packet.fragment.offset != 0 ? ParseLaterFragment(packet) : ParseTransport(packet);
}

void ReadAddresses(Packet& packet) {
  const uint8_t* ip = packet.ip();
  packet.source.address = Address::FromWire(ip + SourceOffset(packet.v6), packet.v6);
  packet.destination.address = Address::FromWire(ip + DestinationOffset(packet.v6), packet.v6);
}

void ParseIpv4(Packet& packet) {
  const uint8_t* ip = packet.ip();
  const uint32_t available = packet.frame->length - packet.l3;
  if (available < kIpv4MinLength || ip[0] >> 4 != 4) return;
  ReadAddresses(packet);
  packet.protocol = ip[9];
  packet.end = packet.frame->length;
  const uint32_t header_length = (ip[0] & 15) * 4u;
  const uint32_t total_length = LoadBe16(ip + 2);
  const bool tcp = packet.protocol == kProtocolTcp;
  if (header_length < kIpv4MinLength || header_length > available) {
    if (tcp) Break(packet, Reason::kBadIpHeader);
    return;
  }
  packet.l4 = static_cast<uint16_t>(packet.l3 + header_length);
  // More fragments or a fragment offset: RFC 791 3.2.
  const uint16_t fragment = LoadBe16(ip + 6) & 0x3fff;
  if (fragment != 0) {
    packet.fragment = {LoadBe16(ip + 4), static_cast<uint16_t>(fragment & 0x1fff), packet.l4,
                       fragment >> 13 != 0};
  }
  if (total_length < header_length || total_length > available) {
    Blame(packet, Reason::kBadIpLength);
  } else {
    packet.end = packet.l3 + total_length;
  }
  ParsePart(packet);
}

// Length of the extension header at `at`, 0 when the packet ends inside it.
uint32_t ExtensionLength(const Packet& packet, uint8_t kind, uint32_t at) {
  if (at + 8 > packet.end) return 0;
  const uint32_t length = kind == kFragmentHeader ? 8 : (packet.data()[at + 1] + 1) * 8u;
  return at + length > packet.end ? 0 : length;
}

// What an extension header itself makes wrong. RFC 5095: type 0 is never followed; with segments
// left the destination is not the final one. A fragment inside a fragment comes from no stack.
Reason JudgeExtension(const Packet& packet, const uint8_t* header, uint8_t kind) {
  if (kind == kRouting && (header[2] == 0 || header[3] != 0)) return Reason::kRoutingHeader;
  if (kind == kFragmentHeader && packet.IsFragment()) return Reason::kExtensionHeaders;
  return Reason::kNone;
}

bool IsExtension(uint8_t kind) {
  return kind == kHopByHop || kind == kRouting || kind == kFragmentHeader ||
         kind == kDestinationOptions;
}

// The offset, two reserved bits and "more" stand in one word. RFC 6946: without offset and more the
// packet is whole.
void ReadFragmentHeader(Packet& packet, const uint8_t* header, uint32_t behind) {
  const uint16_t field = LoadBe16(header + 2);
  const bool more = field & 1;
  if (field >> 3 == 0 && !more) return;
  packet.fragment = {LoadBe32(header + 4), static_cast<uint16_t>(field >> 3),
                     static_cast<uint16_t>(behind), more};
}

void WalkExtensions(Packet& packet, uint8_t kind) {
  uint32_t at = packet.l3 + kIpv6Length;
  for (int count = 0; IsExtension(kind) && packet.fragment.offset == 0; ++count) {
    const uint32_t length = ExtensionLength(packet, kind, at);
    if (length == 0 || count == kMaxWalkedHeaders) {
      return Break(packet, Reason::kExtensionHeaders);
    }
    if (count == kMaxExtensionHeaders) Blame(packet, Reason::kExtensionHeaders);
    const uint8_t* header = packet.data() + at;
    Blame(packet, JudgeExtension(packet, header, kind));
    at += length;
    if (kind == kFragmentHeader) ReadFragmentHeader(packet, header, at);
    kind = header[0];
  }
  packet.protocol = kind;
  packet.l4 = static_cast<uint16_t>(at);
  ParsePart(packet);
}

void ParseIpv6(Packet& packet) {
  const uint8_t* ip = packet.ip();
  const uint32_t available = packet.frame->length - packet.l3;
  if (available < kIpv6Length || ip[0] >> 4 != 6) return;
  packet.v6 = true;
  ReadAddresses(packet);
  // ::ffff:a.b.c.d is an IPv4 address inside a host (RFC 4291 2.5.5.2). Believed on the wire, it
  // would name an IPv4 service, and an answer of two families has no right length.
  if (packet.source.address.IsV4() || packet.destination.address.IsV4()) {
    Blame(packet, Reason::kBadIpHeader);
  }
  const uint32_t total_length = kIpv6Length + LoadBe16(ip + 4);
  packet.end = packet.frame->length;
  if (total_length > available) {
    Blame(packet, Reason::kBadIpLength);
  } else {
    packet.end = packet.l3 + total_length;
  }
  WalkExtensions(packet, ip[6]);
}

uint16_t Hide(Packet& packet) {
  packet.kind = Packet::Kind::kHidden;
  packet.reason = Reason::kTooManyTags;
  return 0;
}

void ParseArp(Packet& packet) {
  // Hardware Ethernet, protocol IPv4, address lengths 6 and 4 (RFC 826).
  constexpr uint8_t kIpv4OverEthernet[6] = {0, 1, 8, 0, 6, 4};
  if (packet.reason != Reason::kNone || packet.frame->length - packet.l3 < kArpLength) return;
  if (std::memcmp(packet.ip(), kIpv4OverEthernet, sizeof kIpv4OverEthernet) != 0) return;
  packet.kind = Packet::Kind::kArp;
}

// Walks the tags; answers the ethertype behind them, 0 when the frame ends before it. Two VLANs are
// the key of a flow, and so many tags the longest header of an answer; a receiver may peel more.
uint16_t ParseEthernet(Packet& packet) {
  const FrameBuffer& frame = *packet.frame;
  if (frame.length < kEthernetLength) return 0;
  uint32_t at = 12;
  uint16_t type = LoadBe16(frame.data + at);
  uint16_t ids[2] = {};
  uint32_t tags = 0, vlans = 0;
  for (; IsTagType(type); ++tags) {
    if (at + kTagLength + 2 > frame.length) return 0;
    if (tags == kMaxWalkedTags) return Hide(packet);
    const uint16_t vid = VidAt(frame.data, tags);
    if (vid != 0 && vlans++ < 2) ids[vlans - 1] = vid;
    at += kTagLength;
    type = LoadBe16(frame.data + at);
  }
  if (tags > kMaxTags || vlans > 2) packet.reason = Reason::kTooManyTags;
  packet.vids = {ids[0], ids[1]};
  packet.tags = static_cast<uint16_t>(tags);
  packet.l3 = static_cast<uint16_t>(at + 2);
  return type;
}

// What the walk would find in a frame of the common layout.
template <bool kV6>
bool ReadCommon(Packet& packet, const Glance& glance) {
  constexpr auto kL4 = static_cast<uint16_t>(kEthernetLength + IpHeaderLength(kV6));
  packet.source.address = Address::FromWire(glance.ip + SourceOffset(kV6), kV6);
  packet.destination.address = Address::FromWire(glance.ip + DestinationOffset(kV6), kV6);
  if (kV6 && (packet.source.address.IsV4() || packet.destination.address.IsV4())) return false;
  if (!ParseOptions(glance.tcp, glance.header_length, packet.options)) return false;
  packet.kind = Packet::Kind::kTcp;
  packet.v6 = kV6;
  packet.protocol = kProtocolTcp;
  packet.l3 = kEthernetLength;
  packet.l4 = kL4;
  packet.payload = kL4 + glance.header_length;
  packet.end = kL4 + glance.segment_length;
  packet.source.port = LoadBe16(glance.tcp);
  packet.destination.port = LoadBe16(glance.tcp + 2);
  ReadTcpFields(packet);
  return true;
}

void Walk(Packet& packet) {
  switch (ParseEthernet(packet)) {
    case kEtherTypeIpv4:
      ParseIpv4(packet);
      break;
    case kEtherTypeIpv6:
      ParseIpv6(packet);
      break;
    case kEtherTypeArp:
      ParseArp(packet);
      break;
    default:
      break;
  }
}

}  // namespace

Packet ParseFrame(FrameBuffer& frame) {
  Packet packet;
  packet.frame = &frame;
  Glance glance;
  if (TakeGlance(frame, glance)) {
    if (glance.v6 ? ReadCommon<true>(packet, glance) : ReadCommon<false>(packet, glance)) {
      return packet;
    }
    packet = Packet{};
    packet.frame = &frame;
  }
  Walk(packet);
  return packet;
}

Reason JudgeChecksums(const Packet& packet) {
  if (!packet.v6) {
    ChecksumSum header;
    header.AddBytes(packet.ip(), (packet.ip()[0] & 15) * 4u);
    if (header.Folded() != 0xffff) return Reason::kBadIpChecksum;
  }
  return TcpChecksumOk(packet) ? Reason::kNone : Reason::kBadTcpChecksum;
}

bool TcpChecksumOk(const Packet& packet) {
  const uint32_t length = packet.end - packet.l4;
  ChecksumSum sum;
  AddPseudoHeader(sum, packet.source.address, packet.destination.address, kProtocolTcp, length);
  sum.AddBytes(packet.tcp(), length);
  return sum.Folded() == 0xffff;
}

}  // namespace synsplice
