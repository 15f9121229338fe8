// Attackers with addresses of their own: they answer their cookies, and then break the rules.
#pragma once

#include <cstdint>

namespace synsplice::sim {

struct CheatPlan {
  enum class Kind : uint8_t {
    kHoles,       // data ahead of what was sent, then a RST at its end
    kDamage,      // the same with a wrong checksum
    kResets,      // RSTs at every edge: receiver's ack, sender's end, one off, in the window
    kOldAcks,     // one below the latest, behind the server's FIN too
    kKeepalives,  // refreshes without end
    kAborts,      // a RST behind every handshake
    kTooBig,      // tiny MTUs for what the server says to it; an MSS of 1
    kMixed,
  };
  enum class From : uint8_t { kAddress, kNetwork };  // kNetwork: a /24 or a /64

  Kind kind = Kind::kHoles;
  From from = From::kAddress;
  uint16_t service = 0;
  uint32_t connections = 1;    // one after the other
  int64_t start = 0, gap = 1;  // milliseconds: of the first, between two
  uint32_t moves = 1;          // of each
  int64_t move_gap = 1;        // milliseconds
  uint16_t ports = 1;          // taken in turn
  bool timestamps = false, scale = false;
};

}  // namespace synsplice::sim
