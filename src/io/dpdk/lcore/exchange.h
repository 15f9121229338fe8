// The rings between workers: strangers on their way to their owner, and frames on their way to
// the transmit queue of another worker.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "synsplice/base/side.h"

struct rte_mbuf;
struct rte_ring;

namespace synsplice {

// Many writers, one reader. REQUIRES: EAL runs as long as the ring lives.
class FrameRing {
 public:
  // Throws StartError.
  // `frames`: a power of two.
  FrameRing(const std::string& name, uint32_t frames);
  ~FrameRing();
  FrameRing(FrameRing&& other) noexcept;
  FrameRing& operator=(FrameRing&&) = delete;

  // Answers how many of `frames` the ring took, in order; the others stay the caller's.
  size_t Put(std::span<rte_mbuf* const> frames);
  size_t Take(std::span<rte_mbuf*> burst);
  bool IsHalfFull() const;
  // Frees all frames in it.
  void Discard();

 private:
  rte_ring* ring_;
};

// With one path per (worker, side) and purpose the frames of a flow keep their order.
class Exchange {
 public:
  Exchange(unsigned workers, uint32_t ring_frames);

  // Frees all frames in the rings. REQUIRES: no worker runs.
  void Discard();

  // Frames that arrived on `side` and belong to `worker`.
  FrameRing& Strangers(unsigned worker, Side side) { return strangers_[Index(worker, side)]; }
  // Frames to be sent on `side` through the transmit queue that `worker` owns.
  FrameRing& Outgoing(unsigned worker, Side side) { return outgoing_[Index(worker, side)]; }

 private:
  static size_t Index(unsigned worker, Side side) {
    return 2 * size_t{worker} + static_cast<size_t>(side);
  }

  std::vector<FrameRing> strangers_;
  std::vector<FrameRing> outgoing_;
};

}  // namespace synsplice
