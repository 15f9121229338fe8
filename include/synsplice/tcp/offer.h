// The TCP options that are negotiated when a connection opens.
#pragma once

#include <cstdint>

namespace synsplice {

// Scale: the option was not sent.
inline constexpr uint8_t kNoScale = 15;

// What one end offers in its SYN or SYN-ACK.
struct Offer {
  uint16_t mss = 536;               // bytes
  uint8_t window_scale = kNoScale;  // 0-14
  bool sack = false;
  bool timestamps = false;
  bool ecn = false;  // RFC 3168 6.1.1

  // An injective packing into 27 bits.
  uint32_t Packed() const {
    return uint32_t{mss} | uint32_t{window_scale} << 16 | uint32_t{sack} << 24 |
           uint32_t{timestamps} << 25 | uint32_t{ecn} << 26;
  }
  bool operator==(const Offer&) const = default;
};

}  // namespace synsplice
