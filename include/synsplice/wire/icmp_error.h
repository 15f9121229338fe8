// The one ICMP error that synsplice itself sends: "packet too big".
#pragma once

#include <cstdint>

#include "synsplice/wire/frame.h"

namespace synsplice {

// Overwrites the TCP packet with the error that its sender gets in the name of its destination:
// IPv4 fragmentation needed (RFC 1191 4), IPv6 packet too big (RFC 4443 3.2), quoting IP and TCP
// header. The Ethernet header stays. `mtu`: largest IP packet that may follow, bytes. Answers the
// frame's new length, 0 when it has no room. REQUIRES: kind == kTcp.
uint32_t ComposeTooBig(Packet& packet, uint16_t mtu);

}  // namespace synsplice
