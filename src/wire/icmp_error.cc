#include "synsplice/wire/icmp_error.h"

#include <array>
#include <cstring>

#include "synsplice/base/endian.h"
#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr uint32_t kIcmpHeaderLength = 8;
constexpr uint32_t kMaxQuote = 128;  // headers without a long chain of extensions
constexpr uint8_t kUnreachableV4 = 3, kFragmentationNeeded = 4, kTooBigV6 = 2;

void WriteIcmp(uint8_t* icmp, bool v6, uint16_t mtu) {
  icmp[0] = v6 ? kTooBigV6 : kUnreachableV4;
  icmp[1] = v6 ? 0 : kFragmentationNeeded;
  StoreBe16(icmp + 2, 0);
  StoreBe32(icmp + 4, mtu);
}

// ICMPv6 covers a pseudo-header (RFC 4443 2.3), ICMP does not.
uint16_t IcmpChecksum(const Packet& packet, const uint8_t* icmp, uint32_t length) {
  ChecksumSum sum;
  if (packet.v6) {
    AddPseudoHeader(sum, packet.destination.address, packet.source.address, kProtocolIcmpv6,
                    length);
  }
  sum.AddBytes(icmp, length);
  return sum.Checksum();
}

}  // namespace

uint32_t ComposeTooBig(Packet& packet, uint16_t mtu) {
  const bool v6 = packet.v6;
  const uint32_t quote_length = packet.l4 - packet.l3 + static_cast<uint32_t>(kTcpMinLength);
  const uint32_t length = kIcmpHeaderLength + quote_length;
  const auto total = static_cast<uint32_t>(packet.l3 + IpHeaderLength(v6) + length);
  if (quote_length > kMaxQuote || total > packet.frame->capacity) return 0;
  std::array<uint8_t, kMaxQuote> quote;
  std::memcpy(quote.data(), packet.ip(), quote_length);
  uint8_t* ip = packet.ip();
  uint8_t* icmp = ip + WriteIpHeader(ip, {packet.destination.address, packet.source.address,
                                          v6 ? kProtocolIcmpv6 : kProtocolIcmp, length});
  WriteIcmp(icmp, v6, mtu);
  std::memcpy(icmp + kIcmpHeaderLength, quote.data(), quote_length);
  StoreBe16(icmp + 2, IcmpChecksum(packet, icmp, length));
  return total;
}

}  // namespace synsplice
