// Fixed offsets and numbers of IPv4 (RFC 791) and IPv6 (RFC 8200), and the pseudo-header.
#pragma once

#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/ip_traits.h"
#include "synsplice/wire/checksum.h"

namespace synsplice {

inline constexpr size_t kIpv4MinLength = 20;
inline constexpr size_t kIpv6Length = 40;
inline constexpr size_t kIpv4ChecksumOffset = 10;

inline constexpr uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17,
                         kProtocolIcmpv6 = 58;

// Offsets of the addresses in the header, which differ by family only.
constexpr size_t SourceOffset(bool v6) { return v6 ? 8 : 12; }
constexpr size_t DestinationOffset(bool v6) { return v6 ? 24 : 16; }
constexpr size_t AddressLength(bool v6) { return v6 ? 16 : 4; }
constexpr size_t IpHeaderLength(bool v6) { return v6 ? kIpv6Length : kIpv4MinLength; }

// RFC 9293 3.1 (IPv4), RFC 8200 8.1 (IPv6): both add addresses, length and protocol.
inline void AddPseudoHeader(ChecksumSum& sum, const Address& source, const Address& destination,
                            uint8_t protocol, uint32_t length) {
  sum.AddAddress(source);
  sum.AddAddress(destination);
  sum.Add16(protocol);
  sum.Add32(length);
}

// Overwrites the address at `field`; answers what that changes in a sum over it.
ChecksumUpdate ReplaceAddress(uint8_t* field, const Address& by, bool v6);

// Makes the header Not-ECT (RFC 3168 5); `change` is of its checksum.
void ClearEcn(uint8_t* ip, bool v6, ChecksumUpdate& change);

// Of the header at `ip`.
IpTraits ReadIpTraits(const uint8_t* ip, bool v6);

struct IpHeader {
  const Address& source;
  const Address& destination;
  uint8_t protocol;
  uint32_t payload_length;  // bytes
  IpTraits traits = {};
};

// Writes an option-less header (IPv4: DF set, id 0 as RFC 6864 4.1 allows) with checksum; answers
// its length. REQUIRES: addresses of one family.
size_t WriteIpHeader(uint8_t* to, const IpHeader& header);

}  // namespace synsplice
