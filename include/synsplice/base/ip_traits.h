// What routers and receivers go by in an IP header besides its addresses.
#pragma once

#include <cstdint>

namespace synsplice {

inline constexpr uint8_t kDefaultTtl = 64;
// What only a neighbour's packet can have on arrival (RFC 5082).
inline constexpr uint8_t kNeighbourTtl = 255;

// All packets of a flow should have the same: routers may choose among equal ways by them.
struct IpTraits {
  uint32_t flow_label = 0;    // 20 bits (RFC 6437); IPv4 has none
  uint8_t traffic_class = 0;  // DSCP in the high 6 bits; ECN is not part of it
  uint8_t hop_limit = kDefaultTtl;

  bool operator==(const IpTraits&) const = default;
};

}  // namespace synsplice
