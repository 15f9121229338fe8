// Segments that synsplice itself says: SYN-ACKs, backend SYNs, ACKs, RSTs. One writer for all.
#pragma once

#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"

namespace synsplice {

struct Timestamps {
  uint32_t value = 0;  // TSval
  uint32_t echo = 0;   // TSecr
};

// A segment without payload. Absent options have the values of TcpOptions.
struct Segment {
  Endpoint source;
  Endpoint destination;
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0;
  uint16_t mss = 0;
  uint8_t window_scale = 15;
  bool sack_permitted = false;
  bool has_timestamps = false;
  Timestamps timestamps;
  IpTraits traits;
};

// Writes IP header, TCP header and options at `ip`, checksums included; answers their length. The
// memory may be the segment's that is answered: everything was copied into `segment`.
uint32_t ComposeIp(uint8_t* ip, const Segment& segment);

// The same behind an Ethernet header: a whole frame. REQUIRES: room for kMaxComposedLength.
inline uint32_t Compose(uint8_t* to, const L2Header& l2, const Segment& segment) {
  std::memcpy(to, l2.bytes.data(), l2.bytes.size());
  return l2.length + ComposeIp(to + l2.length, segment);
}

}  // namespace synsplice
