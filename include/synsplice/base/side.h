// The two ports of the bump in the wire.
#pragma once

#include <cstdint>

namespace synsplice {

// Clients and attackers are outside, servers are inside. A frame's side is the port it arrived on.
enum class Side : uint8_t { kOutside = 0, kInside = 1 };

constexpr Side Other(Side side) { return side == Side::kOutside ? Side::kInside : Side::kOutside; }

constexpr const char* Name(Side side) { return side == Side::kOutside ? "outside" : "inside"; }

}  // namespace synsplice
