#include "fuzz/soundness.h"

#include <optional>

#include "support/bytes.h"
#include "support/tcp_frame.h"

namespace synsplice::fuzz {
namespace {

using test::Get16;
using View = std::span<const uint8_t>;

// An IP packet whose lengths fit.
struct IpPacket {
  bool v6 = false;
  bool header_good = true;
  uint8_t protocol = 0;
  Address source, destination;
  View payload;
};

// In one's complement 0 and ffff are the same number.
bool SameChecksum(unsigned a, unsigned b) { return a % 0xffff == b % 0xffff; }

std::optional<IpPacket> ReadIpv4(View ip) {
  if (ip.size() < 20 || ip[0] >> 4 != 4) return std::nullopt;
  const size_t header = (ip[0] & 15) * 4u, length = Get16(ip, 2);
  if (header < 20 || length < header || length > ip.size()) return std::nullopt;
  if ((Get16(ip, 6) & 0x3fff) != 0) return std::nullopt;
  return IpPacket{false,
                  SameChecksum(test::SlowChecksum(ip.first(header)), 0),
                  ip[9],
                  test::GetAddress(ip, 12, false),
                  test::GetAddress(ip, 16, false),
                  ip.subspan(header, length - header)};
}

std::optional<IpPacket> ReadIpv6(View ip) {
  if (ip.size() < 40 || ip[0] >> 4 != 6 || 40 + Get16(ip, 4) > ip.size()) return std::nullopt;
  IpPacket packet{true,
                  true,
                  ip[6],
                  test::GetAddress(ip, 8, true),
                  test::GetAddress(ip, 24, true),
                  ip.subspan(40, Get16(ip, 4))};
  // Such an address would be read as IPv4 by the checksum.
  if (packet.source.IsV4() || packet.destination.IsV4()) return std::nullopt;
  return packet;
}

std::optional<IpPacket> ReadIp(View frame) {
  for (size_t at = 12; at + 2 <= frame.size() && at <= 20; at += 4) {
    const unsigned type = Get16(frame, at);
    if (type == 0x0800) return ReadIpv4(frame.subspan(at + 2));
    if (type == 0x86dd) return ReadIpv6(frame.subspan(at + 2));
    if (type != 0x8100 && type != 0x88a8) break;
  }
  return std::nullopt;
}

// nullopt: of a protocol that we do not check, or too short for it.
std::optional<bool> ChecksumGood(const IpPacket& packet) {
  const View payload = packet.payload;
  const auto transport = [&](size_t field, size_t least) -> std::optional<bool> {
    if (payload.size() < least) return std::nullopt;
    return SameChecksum(
        Get16(payload, field),
        test::SlowTransportChecksum(packet.source, packet.destination, packet.protocol, payload));
  };
  if (packet.protocol == 6) return transport(16, 20);
  if (packet.protocol == 58 && packet.v6) return transport(2, 8);
  if (packet.protocol != 1 || packet.v6 || payload.size() < 8) return std::nullopt;
  return SameChecksum(test::SlowChecksum(payload), 0);
}

}  // namespace

Soundness SoundnessOf(View frame) {
  const auto packet = ReadIp(frame);
  if (!packet) return Soundness::kUnknown;
  const auto good = ChecksumGood(*packet);
  if (!good) return Soundness::kUnknown;
  return *good && packet->header_good ? Soundness::kGood : Soundness::kDamaged;
}

}  // namespace synsplice::fuzz
