// The TCP segment that an ICMP or ICMPv6 error quotes.
#pragma once

#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

struct IcmpQuote {
  bool unreachable = false;  // destination unreachable, but not "fragmentation needed"
  Endpoint source;           // of the quoted segment
  Endpoint destination;
  uint32_t seq = 0;
};

// nullopt: no error message, or its quote does not reach TCP's sequence number (RFC 792: 64 bits of
// the payload are always there). REQUIRES: packet.kind == kIcmp.
std::optional<IcmpQuote> ParseIcmpQuote(const Packet& packet);

}  // namespace synsplice
