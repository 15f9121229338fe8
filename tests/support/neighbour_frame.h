// ARP and neighbour discovery messages for tests, independent of src/wire.
#pragma once

#include <optional>

#include "support/tcp_frame.h"

namespace synsplice::test {

// "`sender` at `sender_mac` asks for (or, in an answer, tells `asked` about) its address."
struct NeighbourFrame {
  Mac source_mac;
  Mac destination_mac;
  std::vector<uint16_t> tags;
  bool answer = false;
  Address sender;                 // who speaks; unspecified in a probe
  std::optional<Mac> sender_mac;  // told about the sender; ARP always tells one
  Address asked;                  // request: the address asked for; answer: who is told
  uint8_t hop_limit = 255;

  bool v6() const { return !asked.IsV4(); }
  Bytes Build() const;
};

// What `frame` says; nullopt when it is neither, or a length or checksum is wrong. Destination and
// source of the IPv6 header must be those of RFC 4861 7.1 and 7.2 for that message.
std::optional<NeighbourFrame> ReadNeighbourFrame(std::span<const uint8_t> frame);

}  // namespace synsplice::test
