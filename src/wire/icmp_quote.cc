#include "synsplice/wire/icmp_quote.h"

#include "synsplice/base/endian.h"
#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ip.h"

namespace synsplice {
namespace {

constexpr uint32_t kIcmpHeaderLength = 8;
constexpr uint32_t kQuotedTcpLength = 8;  // ports and sequence number
constexpr uint8_t kUnreachableV4 = 3, kFragmentationNeeded = 4, kUnreachableV6 = 1, kTooBigV6 = 2;
constexpr uint8_t kTimeExceededV4 = 11, kParameterProblemV4 = 12, kLastErrorV6 = 4;

bool IsError(bool v6, uint8_t type) {
  if (v6) return type >= kUnreachableV6 && type <= kLastErrorV6;
  return type == kUnreachableV4 || type == kTimeExceededV4 || type == kParameterProblemV4;
}

bool IsTooBig(bool v6, uint8_t type, uint8_t code) {
  return v6 ? type == kTooBigV6 : type == kUnreachableV4 && code == kFragmentationNeeded;
}

bool IsUnreachable(bool v6, uint8_t type) { return type == (v6 ? kUnreachableV6 : kUnreachableV4); }

// Later fragments have no TCP header.
bool IsLaterFragment(bool v6, const uint8_t* ip) { return !v6 && (LoadBe16(ip + 6) & 0x1fff) != 0; }

}  // namespace

std::optional<IcmpQuote> ParseIcmpQuote(const Packet& packet) {
  const uint8_t* icmp = packet.tcp();
  const uint8_t* ip = icmp + kIcmpHeaderLength;
  const uint32_t available = packet.end - packet.l4 - kIcmpHeaderLength;
  const bool v6 = packet.v6;
  if (!IsError(v6, icmp[0]) || available < IpHeaderLength(v6)) return std::nullopt;
  const uint32_t header_length = v6 ? kIpv6Length : (ip[0] & 15) * 4u;
  const uint8_t protocol = v6 ? ip[6] : ip[9];
  if (ip[0] >> 4 != (v6 ? 6 : 4) || protocol != kProtocolTcp ||
      header_length < IpHeaderLength(v6) || available < header_length + kQuotedTcpLength ||
      IsLaterFragment(v6, ip)) {
    return std::nullopt;
  }
  const auto source = Address::FromWire(ip + SourceOffset(v6), v6);
  const auto destination = Address::FromWire(ip + DestinationOffset(v6), v6);
  // An IPv4-mapped address in IPv6 would name a connection of the other family.
  if (source.IsV4() == v6 || destination.IsV4() == v6) return std::nullopt;
  const uint8_t* tcp = ip + header_length;
  const bool too_big = IsTooBig(v6, icmp[0], icmp[1]);
  const auto ip_offset = static_cast<uint16_t>(packet.l4 + kIcmpHeaderLength);
  return IcmpQuote{!too_big && IsUnreachable(v6, icmp[0]),
                   too_big,
                   {source, LoadBe16(tcp)},
                   {destination, LoadBe16(tcp + 2)},
                   LoadBe32(tcp + 4),
                   ip_offset,
                   static_cast<uint16_t>(ip_offset + header_length),
                   available - header_length};
}

// RFC 792; with IPv6 it covers the pseudo-header too (RFC 4443 2.3).
bool IcmpChecksumOk(const Packet& packet) {
  const uint32_t length = packet.end - packet.l4;
  ChecksumSum sum;
  if (packet.v6) {
    AddPseudoHeader(sum, packet.source.address, packet.destination.address, kProtocolIcmpv6,
                    length);
  }
  sum.AddBytes(packet.tcp(), length);
  return sum.Folded() == 0xffff;
}

}  // namespace synsplice
