// TCP frames for tests: an independent writer and reader.
//
// Nothing here uses src/wire: bytes are written one by one and the checksum is the slow, obviously
// right one, so that the tests compare the core with a second opinion.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice::test {

using Bytes = std::vector<uint8_t>;

inline constexpr uint8_t kF = 0x01, kS = 0x02, kR = 0x04, kP = 0x08, kA = 0x10, kU = 0x20,
                         kE = 0x40, kC = 0x80;

// RFC 1071: the complement of the one's complement sum of big-endian words, an odd last byte
// padded with zero; end-around carry after every addition.
uint16_t SlowChecksum(std::span<const uint8_t> bytes);

// The checksum of `segment` (its checksum field zero or not) with its pseudo-header.
uint16_t SlowTransportChecksum(const Address& source, const Address& destination, uint8_t protocol,
                               std::span<const uint8_t> segment);

struct Options {
  uint16_t mss = 0;  // 0: absent
  std::optional<uint8_t> scale;
  bool sack_permitted = false;
  std::optional<std::pair<uint32_t, uint32_t>> timestamps;  // TSval, TSecr
  std::vector<std::pair<uint32_t, uint32_t>> sack;          // left and right edges

  bool operator==(const Options&) const = default;
};

// Header bytes for `options`, a multiple of four long: what common stacks send.
Bytes WriteOptions(const Options& options);

// One TCP segment in its frame. Sequence numbers and lengths are in host order.
struct TcpFrame {
  Mac source_mac;
  Mac destination_mac;
  std::vector<uint16_t>
      tags;  // tag control information, outermost first; all but the innermost 802.1ad
  Endpoint source;
  Endpoint destination;
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint8_t flags = 0;
  uint16_t window = 0;
  Options options;
  std::string payload;
  uint8_t traffic_class = 0;  // type of service with the ECN bits
  uint8_t hop_limit = 64;
  uint32_t flow_label = 0;  // IPv6; not compared
  // In place of the bytes of `options` when not empty; a multiple of four long.
  Bytes raw_options;

  bool v6() const { return !source.address.IsV4(); }
  Bytes Build() const;
  // Everything but the spelling of the options and the flow label.
  friend bool operator==(const TcpFrame& a, const TcpFrame& b);
};

// What `frame` says; nullopt when it is not TCP or a length, the IP checksum or the TCP checksum
// is wrong. Sets raw_options too.
std::optional<TcpFrame> ReadTcpFrame(std::span<const uint8_t> frame);

// For gtest's messages.
void PrintTo(const TcpFrame& frame, std::ostream* out);

// Byte offsets in frames of Build(), for tests that damage them.
size_t IpOffset(const TcpFrame& frame);
size_t TcpOffset(const TcpFrame& frame);
// Makes the checksums right again after a test has changed header bytes.
void RepairChecksums(const TcpFrame& description, Bytes& frame);

}  // namespace synsplice::test
