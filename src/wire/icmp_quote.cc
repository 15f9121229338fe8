#include "synsplice/wire/icmp_quote.h"

#include "synsplice/base/endian.h"
#include "synsplice/wire/ip.h"

namespace synsplice {
namespace {

constexpr uint32_t kIcmpHeaderLength = 8;
constexpr uint32_t kQuotedTcpLength = 8;  // ports and sequence number
constexpr uint8_t kUnreachableV4 = 3, kFragmentationNeeded = 4, kUnreachableV6 = 1;
constexpr uint8_t kTimeExceededV4 = 11, kParameterProblemV4 = 12, kLastErrorV6 = 4;

bool IsError(bool v6, uint8_t type) {
  if (v6) return type >= kUnreachableV6 && type <= kLastErrorV6;
  return type == kUnreachableV4 || type == kTimeExceededV4 || type == kParameterProblemV4;
}

bool IsUnreachable(bool v6, uint8_t type, uint8_t code) {
  return v6 ? type == kUnreachableV6 : type == kUnreachableV4 && code != kFragmentationNeeded;
}

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
      header_length < IpHeaderLength(v6) || available < header_length + kQuotedTcpLength) {
    return std::nullopt;
  }
  const auto source = Address::FromWire(ip + SourceOffset(v6), v6);
  const auto destination = Address::FromWire(ip + DestinationOffset(v6), v6);
  // An IPv4-mapped address in IPv6 would name a connection of the other family.
  if (source.IsV4() == v6 || destination.IsV4() == v6) return std::nullopt;
  const uint8_t* tcp = ip + header_length;
  return IcmpQuote{IsUnreachable(v6, icmp[0], icmp[1]),
                   {source, LoadBe16(tcp)},
                   {destination, LoadBe16(tcp + 2)},
                   LoadBe32(tcp + 4)};
}

}  // namespace synsplice
