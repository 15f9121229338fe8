#include "synsplice/wire/ip.h"

#include <cstring>

#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

void WriteIpv4(uint8_t* to, uint8_t protocol, uint32_t payload_length) {
  constexpr uint8_t kTemplate[12] = {0x45, 0, 0, 0, 0, 0, 0x40, 0, kDefaultTtl, 0, 0, 0};
  std::memcpy(to, kTemplate, sizeof kTemplate);
  StoreBe16(to + 2, static_cast<uint16_t>(kIpv4MinLength + payload_length));
  to[9] = protocol;
  ChecksumSum sum;
  sum.AddBytes(to, kIpv4MinLength);
  StoreBe16(to + kIpv4ChecksumOffset, sum.Checksum());
}

void WriteIpv6(uint8_t* to, uint8_t protocol, uint32_t payload_length) {
  StoreBe32(to, 0x60000000u);
  StoreBe16(to + 4, static_cast<uint16_t>(payload_length));
  to[6] = protocol;
  to[7] = kDefaultTtl;
}

}  // namespace

size_t WriteIpHeader(uint8_t* to, const Address& source, const Address& destination,
                     uint8_t protocol, uint32_t payload_length) {
  const bool v6 = !source.IsV4();
  std::memcpy(to + SourceOffset(v6), source.WireBytes(), AddressLength(v6));
  std::memcpy(to + DestinationOffset(v6), destination.WireBytes(), AddressLength(v6));
  (v6 ? WriteIpv6 : WriteIpv4)(to, protocol, payload_length);
  return IpHeaderLength(v6);
}

}  // namespace synsplice
