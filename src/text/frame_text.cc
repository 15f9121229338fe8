#include "text/frame_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "synsplice/base/endian.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/icmp_quote.h"
#include "synsplice/wire/neighbour_message.h"

namespace synsplice {
namespace {

// Which parts of a line follow from another line.
struct Known {
  bool macs = false;
  bool tags = false;
  bool endpoints = false;
};

std::string MacsText(const Packet& packet) {
  const L2Header l2 = L2Header::From(packet.data(), kEthernetLength);
  return fmt::format("{} > {} ", ToString(l2.source()), ToString(l2.destination()));
}

std::string TagsText(const Packet& packet) {
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(packet.tags, kMaxTags); ++i) {
    text += fmt::format("{}{}", i == 0 ? "vlan " : ",", VidAt(packet.data(), i));
  }
  if (packet.tags > kMaxTags) text += fmt::format(",... ({} tags)", packet.tags);
  return text.empty() ? text : text + " ";
}

std::string EndpointText(const Endpoint& endpoint) {
  return endpoint.port == 0 ? ToString(endpoint.address) : ToString(endpoint);
}

std::string EndpointsText(const Packet& packet) {
  return fmt::format("{} > {} ", EndpointText(packet.source), EndpointText(packet.destination));
}

std::string NeighbourText(const NeighbourMessage& message) {
  if (message.kind == NeighbourMessage::Kind::kRequest) {
    return fmt::format("who has {} tell {}", ToString(message.target), ToString(message.asker));
  }
  return fmt::format("{} is at {}", ToString(message.target),
                     message.mac ? ToString(*message.mac) : "?");
}

std::string IcmpText(const Packet& packet) {
  const uint8_t* icmp = packet.data() + packet.l4;
  std::string text =
      fmt::format("{} type {} code {}", packet.v6 ? "ICMPv6" : "ICMP", icmp[0], icmp[1]);
  constexpr uint8_t kIcmpUnreachable = 3, kFragmentationNeeded = 4, kIcmpv6PacketTooBig = 2;
  const bool too_big = packet.v6 ? icmp[0] == kIcmpv6PacketTooBig
                                 : icmp[0] == kIcmpUnreachable && icmp[1] == kFragmentationNeeded;
  if (too_big) text += fmt::format(" mtu {}", LoadBe32(icmp + 4) & 0xffff);
  if (const auto quote = ParseIcmpQuote(packet)) {
    text += fmt::format(" [quotes {} > {} seq {}]", ToString(quote->source),
                        ToString(quote->destination), quote->seq);
  }
  return text;
}

bool IsIp(const Packet& packet) { return packet.v6 || packet.source.address != Address{}; }

std::string OtherText(const Packet& packet) {
  const FrameBuffer& frame = *packet.frame;
  if (frame.length < kEthernetLength) return fmt::format("{} bytes of Ethernet", frame.length);
  if (IsIp(packet))
    return fmt::format("protocol {} len {}", packet.protocol,
                       packet.end - std::min<uint32_t>(packet.end, packet.l4));
  const uint32_t type_offset = packet.l3 < 2 ? kEthernetLength - 2 : packet.l3 - 2u;
  return fmt::format("ethertype {:#06x} len {}", LoadBe16(frame.data + type_offset),
                     frame.length - type_offset - 2);
}

// As tcpdump writes it: bytes @ offset, + when more follow.
std::string FragmentText(const Packet& packet) {
  const Fragment& fragment = packet.fragment;
  return fmt::format("frag {}:{}@{}{}", fragment.id, packet.end - fragment.begin,
                     fragment.offset * 8, fragment.more ? "+" : "");
}

// What stands behind the addresses.
std::string BodyText(const Packet& packet) {
  switch (packet.kind) {
    case Packet::Kind::kTcp:
      return packet.IsFragment() ? FragmentText(packet) + " " + TcpText(packet) : TcpText(packet);
    case Packet::Kind::kLaterFragment:
      return fmt::format("{} protocol {}", FragmentText(packet), packet.protocol);
    case Packet::Kind::kBroken:
      return fmt::format("protocol {} [{}]", packet.protocol, Label(packet.reason));
    case Packet::Kind::kArp:
    case Packet::Kind::kIcmp:
      if (const auto message = ParseNeighbourMessage(packet)) return NeighbourText(*message);
      return packet.kind == Packet::Kind::kIcmp ? IcmpText(packet) : OtherText(packet);
    case Packet::Kind::kHidden:
      return fmt::format("[{}]", Label(packet.reason));
    case Packet::Kind::kOther:
      break;
  }
  return OtherText(packet);
}

std::string Line(const Packet& packet, Known known) {
  std::string text;
  if (!known.macs && packet.frame->length >= kEthernetLength) text += MacsText(packet);
  if (!known.tags) text += TagsText(packet);
  if (!known.endpoints && IsIp(packet)) text += EndpointsText(packet);
  text += BodyText(packet);
  const uint32_t padding = packet.end == 0 ? 0 : packet.frame->length - packet.end;
  if (padding != 0) text += fmt::format(" pad {}", padding);
  return text;
}

bool MacsFollow(const Packet& output, const Packet& input, bool back) {
  if (output.frame->length < kEthernetLength || input.frame->length < kEthernetLength) return false;
  const L2Header expected = L2Header::From(input.data(), kEthernetLength);
  return std::equal(output.data(), output.data() + 12,
                    (back ? expected.Swapped() : expected).bytes.begin());
}

bool EndpointsFollow(const Packet& output, const Packet& input, bool back) {
  return output.source == (back ? input.destination : input.source) &&
         output.destination == (back ? input.source : input.destination);
}

}  // namespace

std::string FrameText(std::span<const uint8_t> frame, bool macs) {
  const ParsedFrame parsed(frame);
  return Line(parsed.packet, {!macs, false, false});
}

std::string OutputText(std::span<const uint8_t> output, std::span<const uint8_t> input, bool back) {
  if (std::ranges::equal(output, input)) return "unchanged";
  const ParsedFrame out(output), in(input);
  const bool same_tags = TagsText(out.packet) == TagsText(in.packet);
  return Line(out.packet, {MacsFollow(out.packet, in.packet, back), same_tags,
                           EndpointsFollow(out.packet, in.packet, back)});
}

}  // namespace synsplice
