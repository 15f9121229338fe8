#include "support/icmp_frame.h"

#include <algorithm>

#include "support/bytes.h"

namespace synsplice::test {
namespace {

Bytes BuildIcmp(const IcmpError& icmp, Bytes message) {
  const bool v6 = !icmp.source.IsV4();
  Set16(message, 2, 0);
  Set16(message, 2,
        v6 ? SlowTransportChecksum(icmp.source, icmp.destination, 58, message)
           : SlowChecksum(message));
  // The IP header of a TCP frame with the same addresses serves, with another protocol and length.
  TcpFrame carrier;
  carrier.source_mac = icmp.source_mac;
  carrier.destination_mac = icmp.destination_mac;
  carrier.tags = icmp.tags;
  carrier.source.address = icmp.source;
  carrier.destination.address = icmp.destination;
  Bytes frame = carrier.Build();
  frame.resize(TcpOffset(carrier));
  const size_t ip = IpOffset(carrier);
  frame[ip + (v6 ? 6 : 9)] = v6 ? 58 : 1;
  Set16(frame, ip + (v6 ? 4 : 2), static_cast<unsigned>(message.size() + (v6 ? 0 : 20)));
  if (!v6) {
    Set16(frame, ip + 10, 0);
    Set16(frame, ip + 10, SlowChecksum(std::span(frame).subspan(ip, 20)));
  }
  PutBytes(frame, message);
  return frame;
}

}  // namespace

Bytes IcmpError::Build() const {
  Bytes message;
  Put8(message, type);
  Put8(message, code);
  Put16(message, 0);
  Put32(message, rest);
  const Bytes packet = quoted.Build();
  const size_t end = std::min(packet.size(), TcpOffset(quoted) + quoted_tcp);
  PutBytes(message, std::span(packet).subspan(IpOffset(quoted), end - IpOffset(quoted)));
  return BuildIcmp(*this, message);
}

Bytes BuildEcho(const IcmpError& addresses, size_t length) {
  Bytes message;
  Put16(message, addresses.source.IsV4() ? 0x0800 : 0x8000);
  Put16(message, 0);
  Put32(message, 0x12340001);
  message.resize(8 + length, 0x55);
  return BuildIcmp(addresses, message);
}

}  // namespace synsplice::test
