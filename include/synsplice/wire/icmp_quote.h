// The TCP segment that an ICMP or ICMPv6 error quotes.
#pragma once

#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

// What of the quoted TCP header a changed error may hold (RFC 792: ports and sequence number
// always).
inline constexpr uint32_t kQuoteWithAck = 12, kQuoteWithChecksum = 18;

struct IcmpQuote {
  bool unreachable = false;  // destination unreachable, but not "fragmentation needed"
  bool too_big = false;      // fragmentation needed, packet too big
  Endpoint source;           // of the quoted segment
  Endpoint destination;
  uint32_t seq = 0;
  uint16_t ip = 0;          // offset of the quoted IP header in the frame
  uint16_t tcp = 0;         // offset of the quoted TCP header in the frame
  uint32_t tcp_length = 0;  // quoted bytes from there on, 8 at least
};

// nullopt: no error message, or its quote does not reach TCP's sequence number (RFC 792: 64 bits of
// the payload are always there); a quote behind IPv6 extension headers counts as none.
// REQUIRES: packet.kind == kIcmp.
std::optional<IcmpQuote> ParseIcmpQuote(const Packet& packet);

// Whether the message's checksum is right. REQUIRES: packet.kind == kIcmp.
bool IcmpChecksumOk(const Packet& packet);

}  // namespace synsplice
