// The packet buffers behind Verdict::Hold: one short list per handshake slot.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/verdict.h"
#include "synsplice/policy/config.h"

struct rte_mbuf;

namespace synsplice {

// OWNS the buffers it holds. All memory is taken at construction.
class HeldFrames {
 public:
  explicit HeldFrames(const HandshakeConfig& config);
  ~HeldFrames();
  HeldFrames(const HeldFrames&) = delete;
  HeldFrames& operator=(const HeldFrames&) = delete;

  // REQUIRES: the core keeps its promise of at most hold_frames a slot.
  void Hold(SlotIndex slot, rte_mbuf* mbuf);
  // Moves the slot's buffers behind those released before.
  void Release(SlotIndex slot);
  // Frees the slot's buffers.
  void Discard(SlotIndex slot);
  // Frees all buffers, released ones too. The core may go on to release and discard the slots.
  void DiscardAll();

  // Hands over the oldest released buffers, at most burst.size(); answers how many.
  size_t TakeReleased(std::span<rte_mbuf*> burst);

 private:
  std::span<rte_mbuf*> ListOf(SlotIndex slot);

  uint32_t per_slot_;
  std::vector<rte_mbuf*> frames_;  // [slot * per_slot_ + position]
  std::vector<uint8_t> counts_;    // per slot
  std::vector<rte_mbuf*> released_;
  size_t taken_ = 0;  // of released_
};

}  // namespace synsplice
