// SYNs of one system to one listener look alike but for the client's endpoint and numbers: what was
// found out about the first one holds for all, so that a flood is parsed once.
#pragma once

#include <smmintrin.h>

#include <array>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/layout.h"

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
  KeptOptions kept;                         // that client and listener share
  uint32_t kind = 0;                        // SynKind::KeyOf
  alignas(32) uint8_t bytes[kShapeLength];  // masked
  alignas(32) uint8_t mask[kShapeLength];   // what must be the same
};

class SynShapes {
 public:
  SynShapes() = default;
  SynShapes(const SynShapes&) = delete;
  SynShapes& operator=(const SynShapes&) = delete;

  // What is known of a SYN that looks like `frame`; nullptr: nothing. REQUIRES: kShapeLength bytes
  // of memory.
  [[gnu::always_inline]] const SynShape* Find(const FrameBuffer& frame);

  // Remembers `shape` for a SYN without tags, IP options and extension headers; fills in bytes and
  // mask. Not every time: who sends each SYN in another shape is not worth the work.
  void Remember(const FrameBuffer& frame, const SynShape& shape);

  // Listeners promise something else from now on.
  void Forget() {
    shapes_.fill({});
    lengths_ = 0;
  }

 private:
  static constexpr size_t kShapes = 16;
  static constexpr uint32_t kOneOf = 8;

  // By length and destination.
  static size_t PlaceOf(const FrameBuffer& frame) {
    const uint8_t* end = frame.data + (frame.data[14] >> 4 == 6 ? 53 : 33);
    return (frame.length / 4 ^ end[0] ^ end[4]) % kShapes;
  }
  [[gnu::always_inline]] static bool IsOf(const SynShape& shape, const FrameBuffer& frame);

  // A bit for each length, modulo 64: what cannot be a known SYN is asked for nothing else.
  static uint64_t BitOf(uint32_t length) { return uint64_t{1} << length % 64; }

  std::array<SynShape, kShapes> shapes_{};
  uint64_t lengths_ = 0;                     // of all that were remembered
  const SynShape* latest_ = shapes_.data();  // found last: a flood's SYNs are alike
  uint32_t asked_ = 0;
};

inline bool SynShapes::IsOf(const SynShape& shape, const FrameBuffer& frame) {
  if (frame.length != shape.length) return false;
  typedef uint64_t Block __attribute__((vector_size(32)));
  typedef uint64_t Half __attribute__((vector_size(16)));
  Block different{};
#pragma GCC unroll 3
  for (size_t at = 0; at < kShapeLength; at += sizeof(Block)) {
    Block bytes, mask, wanted;
    std::memcpy(&bytes, frame.data + at, sizeof bytes);
    std::memcpy(&mask, shape.mask + at, sizeof mask);
    std::memcpy(&wanted, shape.bytes + at, sizeof wanted);
    different |= (bytes & mask) ^ wanted;
  }
  const auto any = Half{different[0], different[1]} | Half{different[2], different[3]};
  return _mm_testz_si128((__m128i)any, (__m128i)any) != 0;
}

inline const SynShape* SynShapes::Find(const FrameBuffer& frame) {
  if ((lengths_ & BitOf(frame.length)) == 0) return nullptr;
  if (IsOf(*latest_, frame)) return latest_;
  const SynShape* shape = &shapes_[PlaceOf(frame)];
  if (shape == latest_ || !IsOf(*shape, frame)) return nullptr;
  return latest_ = shape;
}

}  // namespace synsplice
