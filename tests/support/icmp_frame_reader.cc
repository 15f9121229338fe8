#include <algorithm>

#include "support/bytes.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

using View = std::span<const uint8_t>;

constexpr uint8_t kIcmp = 1, kIcmpv6 = 58, kTcp = 6;

// One IP packet, and what is there of its payload; `protocol` is 0 when it is none.
struct IpPacket {
  Address source, destination;
  uint8_t protocol = 0;
  View payload;
};

// A quote ends before its packet does: then the length of the header is longer than the bytes.
IpPacket ReadIp(View ip, bool quote) {
  const bool v6 = !ip.empty() && ip[0] >> 4 == 6;
  const size_t header = v6 ? 40 : 20;
  if (ip.size() < header || (!v6 && (ip[0] != 0x45 || SlowChecksum(ip.first(20)) != 0))) return {};
  const size_t length = v6 ? 40 + Get16(ip, 4) : Get16(ip, 2);
  if (length < header || (!quote && length > ip.size())) return {};
  const size_t addresses = v6 ? 8 : 12, size = v6 ? 16 : 4;
  return {GetAddress(ip, addresses, v6), GetAddress(ip, addresses + size, v6), ip[v6 ? 6 : 9],
          ip.first(std::min(length, ip.size())).subspan(header)};
}

bool IsChecksumGood(const IpPacket& packet) {
  if (packet.protocol == kIcmp) return SlowChecksum(packet.payload) == 0;
  return Get16(packet.payload, 2) ==
         SlowTransportChecksum(packet.source, packet.destination, kIcmpv6, packet.payload);
}

bool ReadQuote(View bytes, IcmpError& error) {
  const IpPacket quoted = ReadIp(bytes, true);
  const View tcp = quoted.payload;
  if (quoted.protocol != kTcp || tcp.size() < 8) return false;
  error.quoted.source = {quoted.source, static_cast<uint16_t>(Get16(tcp, 0))};
  error.quoted.destination = {quoted.destination, static_cast<uint16_t>(Get16(tcp, 2))};
  error.quoted.seq = Get32(tcp, 4);
  if (tcp.size() >= 12) error.quoted.ack = Get32(tcp, 8);
  error.quoted_tcp = tcp.size();
  return true;
}

}  // namespace

std::optional<IcmpError> ReadIcmpError(std::span<const uint8_t> frame) {
  if (frame.size() < 22) return std::nullopt;
  IcmpError error;
  std::copy_n(frame.begin(), 6, error.destination_mac.bytes.begin());
  std::copy_n(frame.begin() + 6, 6, error.source_mac.bytes.begin());
  size_t at = 12;
  for (; at + 6 <= frame.size() && (Get16(frame, at) == 0x8100 || Get16(frame, at) == 0x88a8);
       at += 4) {
    error.tags.push_back(static_cast<uint16_t>(Get16(frame, at + 2)));
  }
  const IpPacket packet = ReadIp(frame.subspan(at + 2), false);
  if (packet.protocol != kIcmp && packet.protocol != kIcmpv6) return std::nullopt;
  if (packet.payload.size() < 8 || !IsChecksumGood(packet)) return std::nullopt;
  error.source = packet.source;
  error.destination = packet.destination;
  error.type = packet.payload[0];
  error.code = packet.payload[1];
  error.rest = Get32(packet.payload, 4);
  if (!ReadQuote(packet.payload.subspan(8), error)) return std::nullopt;
  return error;
}

}  // namespace synsplice::test
