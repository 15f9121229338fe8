// SYNs of one system to one listener look alike but for the client's endpoint and numbers: what was
// found out about the first one holds for all, so that a flood is parsed once.
#pragma once

#include <array>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/layout.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

// Whole frames up to this length; longer SYNs have none.
inline constexpr size_t kShapeLength = 96;

struct SynShape {
  uint32_t length = 0;  // of the frame; 0: none
  uint8_t tcp = 0;      // where the segment begins
  uint8_t segment_length = 0;
  uint8_t tsval = 0;  // where the client's TSval stands; 0: without timestamps
  bool v6 = false;
  uint16_t listener = 0, group = 0;
  Offer options;  // that client and listener share
  KeptOptions kept;
  uint64_t image_key = 0;
  alignas(32) uint8_t bytes[kShapeLength];  // masked
  alignas(32) uint8_t mask[kShapeLength];   // what must be the same
};

class SynShapes {
 public:
  // What is known of a SYN that looks like `frame`; nullptr: nothing, or the frame's memory is
  // too short to be looked at.
  [[gnu::always_inline]] const SynShape* Find(const FrameBuffer& frame) const;

  // Remembers `shape` for a SYN without tags, IP options and extension headers; fills in bytes and
  // mask. Not every time: who sends each SYN in another shape is not worth the work.
  void Remember(const FrameBuffer& frame, const SynShape& shape);

  // Listeners promise something else from now on.
  void Forget() { shapes_.fill({}); }

 private:
  static constexpr size_t kShapes = 16;
  static constexpr uint32_t kOneOf = 8;

  // By length and destination.
  static size_t PlaceOf(const FrameBuffer& frame) {
    const uint8_t* end = frame.data + (frame.data[14] >> 4 == 6 ? 53 : 33);
    return (frame.length / 4 ^ end[0] ^ end[4]) % kShapes;
  }

  std::array<SynShape, kShapes> shapes_{};
  uint32_t asked_ = 0;
};

inline const SynShape* SynShapes::Find(const FrameBuffer& frame) const {
  if (frame.capacity < kShapeLength) return nullptr;
  const SynShape& shape = shapes_[PlaceOf(frame)];
  if (frame.length != shape.length) return nullptr;
  typedef uint64_t Block __attribute__((vector_size(32)));
  Block different{};
  for (size_t at = 0; at < kShapeLength; at += sizeof(Block)) {
    Block bytes, mask, wanted;
    std::memcpy(&bytes, frame.data + at, sizeof bytes);
    std::memcpy(&mask, shape.mask + at, sizeof mask);
    std::memcpy(&wanted, shape.bytes + at, sizeof wanted);
    different |= (bytes & mask) ^ wanted;
  }
  return (different[0] | different[1] | different[2] | different[3]) == 0 ? &shape : nullptr;
}

}  // namespace synsplice
