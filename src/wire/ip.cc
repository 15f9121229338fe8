#include "synsplice/wire/ip.h"

#include <cstring>

#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

void WriteIpv4(uint8_t* to, const IpHeader& header) {
  constexpr uint32_t kVersionAndLength = 0x45000000u, kDontFragment = 0x4000u;
  const uint32_t first = kVersionAndLength | uint32_t{header.traits.traffic_class} << 16 |
                         (kIpv4MinLength + header.payload_length);
  const uint32_t ttl = uint32_t{header.traits.hop_limit} << 8 | header.protocol;
  ChecksumSum sum;
  sum.AddAddress(header.source);
  sum.AddAddress(header.destination);
  sum.Add32(first);
  sum.Add32(kDontFragment);
  sum.Add16(static_cast<uint16_t>(ttl));
  StoreBe32(to, first);
  StoreBe32(to + 4, kDontFragment);
  StoreBe32(to + 8, ttl << 16 | sum.Checksum());
}

void WriteIpv6(uint8_t* to, const IpHeader& header) {
  const IpTraits& traits = header.traits;
  StoreBe32(to, 0x60000000u | uint32_t{traits.traffic_class} << 20 | traits.flow_label);
  StoreBe16(to + 4, static_cast<uint16_t>(header.payload_length));
  to[6] = header.protocol;
  to[7] = traits.hop_limit;
}

template <size_t kLength>
ChecksumUpdate Replace(uint8_t* field, const uint8_t* by) {
  ChecksumUpdate change;
  change.ReplaceBytes(field, by, kLength);
  std::memcpy(field, by, kLength);
  return change;
}

}  // namespace

ChecksumUpdate ReplaceAddress(uint8_t* field, const Address& by, bool v6) {
  // Each family with a length that is known: a few moves in place of loops.
  return v6 ? Replace<AddressLength(true)>(field, by.bytes.data())
            : Replace<AddressLength(false)>(field, &by.bytes[12]);
}

void ClearEcn(uint8_t* ip, bool v6, ChecksumUpdate& change) {
  const uint16_t from = LoadBe16(ip);
  const auto to = static_cast<uint16_t>(from & (v6 ? ~0x30 : ~0x03));
  StoreBe16(ip, to);
  change.Replace16(from, to);
}

IpTraits ReadIpTraits(const uint8_t* ip, bool v6) {
  constexpr uint8_t kDscp = 0xfc;
  if (!v6) return {0, static_cast<uint8_t>(ip[1] & kDscp), ip[8]};
  const uint32_t first = LoadBe32(ip);
  return {first & 0xfffff, static_cast<uint8_t>(first >> 20 & kDscp), ip[7]};
}

size_t WriteIpHeader(uint8_t* to, const IpHeader& header) {
  const bool v6 = !header.source.IsV4();
  std::memcpy(to + SourceOffset(v6), header.source.WireBytes(), AddressLength(v6));
  std::memcpy(to + DestinationOffset(v6), header.destination.WireBytes(), AddressLength(v6));
  v6 ? WriteIpv6(to, header) : WriteIpv4(to, header);
  return IpHeaderLength(v6);
}

}  // namespace synsplice
