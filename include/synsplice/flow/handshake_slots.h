// What a connection needs only until its backend has answered: bounded, freed at the splice.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/region.h"
#include "synsplice/base/time.h"
#include "synsplice/base/verdict.h"
#include "synsplice/flow/flow.h"

namespace synsplice {

// One wait of a handshake. Waits of the same kind have the same delay, so that their deadlines
// form a FIFO and no timer object is needed. Retry n waits 2^n seconds.
inline constexpr uint8_t kMaxRetryWaits = 6;
inline constexpr uint8_t kNeighbourWait = kMaxRetryWaits;  // for the backend's MAC
inline constexpr uint8_t kWaitKinds = kNeighbourWait + 1;
inline constexpr uint8_t kLineWait = kWaitKinds;  // in a line: it has a deadline of its own
inline constexpr Seconds kNeighbourDelay{1};

constexpr Seconds DelayOf(uint8_t wait) {
  return wait == kNeighbourWait ? kNeighbourDelay : Seconds(int64_t{1} << wait);
}

// Lines of handshakes that wait for their turn are numbered by whoever makes them wait.
using LineId = uint16_t;

struct HandshakeSlot {
  static constexpr size_t kMaxL2Bytes = 46;  // eight tags (rule 35)
  static constexpr size_t kL2Room = 48;      // copied whole

  uint32_t flow_index = 0;
  Time opened{};
  Time deadline{};
  uint8_t wait = 0;              // kind of the wait that `deadline` ends
  uint8_t retries = 0;           // SYNs (or neighbour requests) sent again by timer
  bool called = false;           // it was the backend's turn
  bool opening = false;          // counts in the backend's openings
  LineId line = 0;               // of kLineWait
  bool half_open_reset = false;  // rule 13 was used
  // Ethernet header of the client's ACK, tags included, MACs as the client sent them.
  std::array<uint8_t, kL2Room> l2{};
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

  bool aborted = false;
  struct Links {
    uint32_t previous = ~0u, next = ~0u;
  };
  Links in_wait, in_aborted;  // of the FIFOs
};

class HandshakeSlots {
 public:
  static constexpr SlotIndex kNone = ~0u;

  // So many entries stand behind `capacity` slots: one that is freed makes room within the same
  // call, though its own entry has to wait for the shell.
  static constexpr uint32_t EntriesFor(uint32_t capacity) {
    return capacity + static_cast<uint32_t>(kMaxBurst);
  }

  // What lies in a region.
  struct Place {
    Extent<HandshakeSlot> slots;
    Extent<SlotIndex> free;
  };
  static Place Reserve(Layout& layout, uint32_t capacity);

  // Begins empty. The region outlives it. Lines are numbered from 0 to `lines` - 1.
  HandshakeSlots(const Region& region, const Place& place, size_t lines);

  // A cleared slot; kNone when `capacity` are in use. An entry that was freed since the last
  // Recycle is not handed out: the shell has not emptied its list of held frames yet.
  SlotIndex Allocate();
  // REQUIRES: `slot` is allocated. Ends its wait.
  void Free(SlotIndex slot);
  // The shell has handled all slot events: freed slots may be handed out again.
  void Recycle() { available_ = free_count_; }
  // The slot's client has gone; its wait goes on.
  void Abort(SlotIndex slot);
  // The slot that was aborted first, and the one aborted after `slot`; kNone if there is none.
  SlotIndex FirstAborted() const { return aborted_.next; }
  SlotIndex BehindAborted(SlotIndex slot) const { return slots_[slot].in_aborted.next; }

  HandshakeSlot& operator[](SlotIndex slot) { return slots_[slot]; }
  const HandshakeSlot& operator[](SlotIndex slot) const { return slots_[slot]; }
  uint32_t in_use() const { return entries() - free_count_; }
  // Indices are below it, free ones too.
  uint32_t entries() const { return static_cast<uint32_t>(slots_.size()); }

  // Starts (or restarts) the slot's wait at `now`.
  void Wait(SlotIndex slot, uint8_t kind, Time now);
  // The slot whose wait of this kind ends first, kNone if there is none.
  SlotIndex First(uint8_t kind) const { return heads_[kind].next; }
  // The slot waits in a line, behind all who do already.
  void Join(SlotIndex slot, LineId line, Time deadline);
  SlotIndex FirstIn(LineId line) const { return lines_[line].ends.next; }
  // In which somebody waits.
  std::span<const LineId> busy_lines() const { return busy_lines_; }
  // The slot behind `slot` in its FIFO or line, kNone at the end.
  SlotIndex Behind(SlotIndex slot) const { return slots_[slot].in_wait.next; }

  // A walk along those that wait for neighbours, which may pause: whoever ends its wait meanwhile
  // is left out, whoever begins one comes last.
  void BeginWalk() { walk_ = First(kNeighbourWait); }
  bool IsWalking() const { return walk_ != kNone; }
  // REQUIRES: IsWalking().
  SlotIndex Step() {
    const SlotIndex slot = walk_;
    walk_ = Behind(slot);
    return slot;
  }

 private:
  struct Ends {
    SlotIndex next = kNone;      // first
    SlotIndex previous = kNone;  // last
  };
  struct Line {
    Ends ends;
    size_t place = 0;  // among the busy ones, while it is
  };
  using Links = HandshakeSlot::Links HandshakeSlot::*;
  void Append(Ends& ends, Links links, SlotIndex slot);
  void Unlink(Ends& ends, Links links, SlotIndex slot);
  void EndWait(SlotIndex slot);
  void Leave(SlotIndex slot);
  uint32_t capacity() const { return entries() - EntriesFor(0); }

  std::span<HandshakeSlot> slots_;
  // A stack: what was freed last is in the cache. Those freed since the last Recycle lie on top,
  // above the ones that are available.
  std::span<SlotIndex> free_;
  uint32_t free_count_ = 0;
  uint32_t available_ = 0;
  std::array<Ends, kWaitKinds> heads_;
  std::vector<Line> lines_;
  std::vector<LineId> busy_lines_;
  SlotIndex walk_ = kNone;  // where Step goes
  Ends aborted_;
};

}  // namespace synsplice
