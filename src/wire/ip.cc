#include "synsplice/wire/ip.h"

#include <cstring>

#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

// `sum` holds the addresses.
void WriteIpv4(uint8_t* to, ChecksumSum sum, uint8_t protocol, uint32_t payload_length) {
  constexpr uint32_t kVersionAndLength = 0x45000000u, kDontFragment = 0x4000u;
  const uint32_t first = kVersionAndLength | (kIpv4MinLength + payload_length);
  const uint32_t ttl = uint32_t{kDefaultTtl} << 8 | protocol;
  sum.Add32(first);
  sum.Add32(kDontFragment);
  sum.Add16(static_cast<uint16_t>(ttl));
  StoreBe32(to, first);
  StoreBe32(to + 4, kDontFragment);
  StoreBe32(to + 8, ttl << 16 | sum.Checksum());
}

void WriteIpv6(uint8_t* to, uint8_t protocol, uint32_t payload_length) {
  StoreBe32(to, 0x60000000u);
  StoreBe16(to + 4, static_cast<uint16_t>(payload_length));
  to[6] = protocol;
  to[7] = kDefaultTtl;
}

}  // namespace

ChecksumUpdate ReplaceAddress(uint8_t* field, const Address& by, bool v6) {
  ChecksumUpdate change;
  change.ReplaceBytes(field, by.WireBytes(), AddressLength(v6));
  std::memcpy(field, by.WireBytes(), AddressLength(v6));
  return change;
}

void ClearEcn(uint8_t* ip, bool v6, ChecksumUpdate& change) {
  const uint16_t from = LoadBe16(ip);
  const auto to = static_cast<uint16_t>(from & (v6 ? ~0x30 : ~0x03));
  StoreBe16(ip, to);
  change.Replace16(from, to);
}

size_t WriteIpHeader(uint8_t* to, const Address& source, const Address& destination,
                     uint8_t protocol, uint32_t payload_length) {
  const bool v6 = !source.IsV4();
  std::memcpy(to + SourceOffset(v6), source.WireBytes(), AddressLength(v6));
  std::memcpy(to + DestinationOffset(v6), destination.WireBytes(), AddressLength(v6));
  if (v6) {
    WriteIpv6(to, protocol, payload_length);
  } else {
    ChecksumSum addresses;
    addresses.AddAddress(source);
    addresses.AddAddress(destination);
    WriteIpv4(to, addresses, protocol, payload_length);
  }
  return IpHeaderLength(v6);
}

}  // namespace synsplice
