// A frame that a shell lends to the core for one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synsplice {

// Frames judged in one call of Proxy::Process at most; every per-burst array has this size.
inline constexpr size_t kMaxBurst = 64;

// The shell OWNS the memory; the core may rewrite bytes [0, capacity) and change `length`
// (<= capacity) when the verdict is Forward or Bounce. Starts at the Ethernet header, no FCS.
struct FrameBuffer {
  uint8_t* data = nullptr;
  uint32_t length = 0;    // bytes of the frame
  uint32_t capacity = 0;  // bytes that may be written from `data` on, >= length

  std::span<const uint8_t> bytes() const { return {data, length}; }
};

}  // namespace synsplice
