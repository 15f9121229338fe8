// ARP (RFC 826) and neighbour discovery (RFC 4861) as one kind of message: "who has `target`".
#pragma once

#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

struct NeighbourMessage {
  enum class Kind : uint8_t {
    kRequest,  // ARP request, neighbour solicitation
    kAnswer,   // ARP reply, neighbour advertisement
  };
  Kind kind;
  // Request: the address asked for. Answer: the address whose MAC is told.
  Address target;
  // Who asks; 0.0.0.0 or :: in a probe.
  Address asker;
  // The MAC that the sender tells about itself, if any, and for which address.
  std::optional<Mac> mac;
  Address mac_address;
};

// nullopt: neither ARP nor neighbour discovery, or broken (hop limit below 255, checksum, lengths).
std::optional<NeighbourMessage> ParseNeighbourMessage(const Packet& packet);

// Asks for `target` without claiming an address of our own: an ARP probe (RFC 5227 1.1) or a
// solicitation from :: (RFC 4862 5.4.2). `l2` gives tags; its MACs are set here. Writes at `to`,
// answers the frame's length.
uint32_t ComposeNeighbourRequest(uint8_t* to, L2Header l2, const Mac& our_mac,
                                 const Address& target);

// Answers `request`, which arrived with header `l2`: `request.target` is at `our_mac`.
uint32_t ComposeNeighbourAnswer(uint8_t* to, const L2Header& l2, const Mac& our_mac,
                                const NeighbourMessage& request);

}  // namespace synsplice
