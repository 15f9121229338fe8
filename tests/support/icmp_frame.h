// ICMP and ICMPv6 errors for tests, independent of src/wire.
#pragma once

#include <optional>
#include <span>

#include "support/tcp_frame.h"

namespace synsplice::test {

struct IcmpError {
  Mac source_mac;
  Mac destination_mac;
  std::vector<uint16_t> tags;
  Address source;
  Address destination;
  uint8_t type = 3;
  uint8_t code = 1;
  uint32_t rest = 0;  // bytes 4-7, the MTU of "packet too big"
  TcpFrame quoted;
  size_t quoted_tcp = 28;  // bytes of the TCP segment that are quoted

  Bytes Build() const;
  bool operator==(const IcmpError&) const = default;
};

// What `frame` says; nullopt when it is no ICMP error that quotes TCP's first eight bytes, or a
// length or checksum is wrong, the quoted IPv4 header's too. Of the quoted segment endpoints, seq
// and (of twelve bytes) ack are read.
std::optional<IcmpError> ReadIcmpError(std::span<const uint8_t> frame);

// An echo request of `length` bytes behind its eight bytes of header.
Bytes BuildEcho(const IcmpError& addresses, size_t length);

}  // namespace synsplice::test
