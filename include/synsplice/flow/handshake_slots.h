// What a connection needs only until its backend has answered: bounded, freed at the splice.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "synsplice/base/time.h"
#include "synsplice/base/verdict.h"
#include "synsplice/flow/flow.h"

namespace synsplice {

// One wait of a handshake. Waits of the same kind have the same delay, so that their deadlines
// form a FIFO and no timer object is needed. Retry n waits 2^n seconds.
inline constexpr uint8_t kMaxRetryWaits = 6;
inline constexpr uint8_t kNeighbourWait = kMaxRetryWaits;  // for the backend's MAC
inline constexpr uint8_t kWaitKinds = kNeighbourWait + 1;
inline constexpr Seconds kNeighbourDelay{1};

constexpr Seconds DelayOf(uint8_t wait) {
  return wait == kNeighbourWait ? kNeighbourDelay : Seconds(int64_t{1} << wait);
}

struct HandshakeSlot {
  static constexpr size_t kMaxL2Bytes = 22;

  uint32_t flow_index = 0;
  Time opened{};
  Time deadline{};
  uint8_t wait = 0;              // kind of the wait that `deadline` ends
  uint8_t retries = 0;           // SYNs (or neighbour requests) sent again by timer
  bool half_open_reset = false;  // rule 13 was used
  // Ethernet header of the client's ACK, tags included, MACs as the client sent them.
  std::array<uint8_t, kMaxL2Bytes> l2{};
  uint8_t l2_length = 0;

  uint32_t isn_c = 0;
  Offer client;               // as the cookie kept it
  uint16_t promised_mss = 0;  // that the client was told
  uint32_t tsval_c = 0;       // latest TSval of the client
  uint32_t tsval_p = 0;       // our TSval that the client echoed
  uint16_t window = 0;        // of the validating ACK, unscaled

  uint32_t held_end = 0;  // sequence number behind the held data (and FIN)
  uint16_t held_frames = 0;
  uint32_t held_bytes = 0;
  bool held_fin = false;

  uint32_t previous = 0, next = 0;  // links of the FIFO
};

class HandshakeSlots {
 public:
  static constexpr SlotIndex kNone = ~0u;

  explicit HandshakeSlots(uint32_t capacity);

  // A cleared slot, or kNone. A slot that was freed since the last Recycle is not handed out: the
  // shell has not emptied its list of held frames yet.
  SlotIndex Allocate();
  // REQUIRES: `slot` is allocated. Ends its wait.
  void Free(SlotIndex slot);
  // The shell has handled all slot events: freed slots may be handed out again.
  void Recycle() { available_ = free_count_; }

  HandshakeSlot& operator[](SlotIndex slot) { return slots_[slot]; }
  const HandshakeSlot& operator[](SlotIndex slot) const { return slots_[slot]; }
  uint32_t in_use() const { return static_cast<uint32_t>(slots_.size()) - free_count_; }

  // Starts (or restarts) the slot's wait at `now`.
  void Wait(SlotIndex slot, uint8_t kind, Time now);
  // The slot whose wait of this kind ends first, kNone if there is none.
  SlotIndex First(uint8_t kind) const { return heads_[kind].next; }

  // A walk along those that wait for neighbours, which may pause: whoever ends its wait meanwhile
  // is left out, whoever begins one comes last.
  void BeginWalk() { walk_ = First(kNeighbourWait); }
  bool IsWalking() const { return walk_ != kNone; }
  // REQUIRES: IsWalking().
  SlotIndex Step() {
    const SlotIndex slot = walk_;
    walk_ = slots_[slot].next;
    return slot;
  }

 private:
  struct Ends {
    SlotIndex next = kNone;      // first
    SlotIndex previous = kNone;  // last
  };
  void Unlink(SlotIndex slot);

  std::vector<HandshakeSlot> slots_;
  std::vector<SlotIndex> free_;  // ring: oldest freed first
  uint32_t free_head_ = 0;
  uint32_t free_count_ = 0;
  uint32_t available_ = 0;
  std::array<Ends, kWaitKinds> heads_;
  SlotIndex walk_ = kNone;  // where Step goes
};

}  // namespace synsplice
