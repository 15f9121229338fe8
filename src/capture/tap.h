// Where a worker leaves copies of the frames that it judges.
//
// The core rewrites frames in place, so each frame that may be wanted is copied before it is
// judged, to a place that is used again for the next burst. What the verdict makes of it goes into
// the ring. All memory is taken at construction; what finds no room is counted.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "capture/capture_choice.h"
#include "capture/capture_ring.h"
#include "capture/frame_choice.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/side.h"
#include "synsplice/base/verdict.h"

namespace synsplice {

class Tap {
 public:
  static constexpr size_t kRingBytes = size_t{4} << 20;
  // Room for the frames of one burst: 64 of 8 KiB.
  static constexpr size_t kCopyBytes = size_t{512} << 10;

  // `ring_bytes`: a power of two, at least as much as two of the longest frames.
  Tap(const CaptureChoice& choice, std::shared_ptr<const FrameChoice> frames,
      size_t ring_bytes = kRingBytes);

  // The worker's three calls: a burst before it is judged; the same one afterwards, before anything
  // is sent; a frame of the core's own.
  struct Burst {
    Side side;
    bool held_before;  // it was held, and is judged again
    std::span<const FrameBuffer> frames;
  };
  void OnArrival(const Policy& policy, const Burst& burst);
  void OnJudged(CaptureTime time, const Burst& burst, std::span<const Verdict> verdicts);
  void OnMade(const Policy& policy, CaptureTime time, Side to, std::span<const uint8_t> frame);

  // The reader's.
  CaptureRing& ring() { return ring_; }
  uint64_t lost(Side port) const { return lost_[static_cast<size_t>(port)].Get(); }

 private:
  struct Copy {
    bool wanted = false;
    bool is_whole = true;  // false: there was no room for it
    uint32_t length = 0;
    std::span<const uint8_t> bytes;
  };

  Copy CopyOf(std::span<const uint8_t> frame);
  bool IsSampled(const Verdict& verdict);
  void PutBefore(CaptureEntry entry, const Copy& copy);
  void PutAfter(CaptureEntry entry, std::span<const uint8_t> frame);
  void Put(const CaptureEntry& entry, std::span<const uint8_t> bytes);
  void Lose(Side port) { lost_[static_cast<size_t>(port)].Add(1); }

  const CaptureChoice choice_;
  const std::shared_ptr<const FrameChoice> frames_;
  CaptureRing ring_;
  const std::unique_ptr<uint8_t[]> memory_;
  size_t used_ = 0;  // of the memory
  std::array<Copy, kMaxBurst> copies_;
  uint64_t matches_ = 0;
  std::array<Counter, 2> lost_;  // by the port that they came from or go to
};

}  // namespace synsplice
