// A valid TCP frame of each kind, for tests that damage frames.
#pragma once

#include "support/tcp_frame.h"

namespace synsplice::test {

inline TcpFrame ExampleFrame(bool v6, size_t tag_count) {
  TcpFrame frame;
  frame.source_mac = *ParseMac("02:00:00:00:00:0c");
  frame.destination_mac = *ParseMac("02:00:00:00:00:0e");
  const uint16_t tags[] = {0x6123, 0x0456};  // priority 3 and id 0x123; id 0x456
  frame.tags.assign(tags, tags + tag_count);
  frame.source = *ParseEndpoint(v6 ? "[2001:db8::c]:40000" : "198.18.0.12:40000");
  frame.destination = *ParseEndpoint(v6 ? "[2001:db8::10]:80" : "198.18.0.10:80");
  frame.seq = 0xffffffff;
  frame.ack = 0xfffffff0;
  frame.flags = kP | kA;
  frame.window = 0xfedc;
  frame.options.timestamps = {0xffffffff, 0x01020304};
  frame.options.sack = {{0xfffffff8, 8}, {16, 24}};
  frame.payload = "odd";
  return frame;
}

// Inserts `header` (its first byte is overwritten with the old next header) between the IPv6
// header and what follows, as an extension header of `kind`.
inline void InsertExtension(const TcpFrame& description, Bytes& frame, uint8_t kind, Bytes header) {
  const size_t ip = IpOffset(description);
  header[0] = frame[ip + 6];
  frame[ip + 6] = kind;
  const size_t length = frame[ip + 4] * 256u + frame[ip + 5] + header.size();
  frame[ip + 4] = static_cast<uint8_t>(length >> 8);
  frame[ip + 5] = static_cast<uint8_t>(length);
  frame.insert(frame.begin() + static_cast<ptrdiff_t>(ip + 40), header.begin(), header.end());
}

}  // namespace synsplice::test
