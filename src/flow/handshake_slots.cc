#include "synsplice/flow/handshake_slots.h"

#include <numeric>

#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr uint8_t kNoWait = kWaitKinds;

}  // namespace

HandshakeSlots::HandshakeSlots(uint32_t capacity)
    : slots_(capacity), free_(capacity), free_count_(capacity), available_(capacity) {
  std::iota(free_.begin(), free_.end(), 0u);
  for (HandshakeSlot& slot : slots_) slot.wait = kNoWait;
}

SlotIndex HandshakeSlots::Allocate() {
  if (available_ == 0) return kNone;
  const SlotIndex slot = free_[free_head_];
  free_head_ = (free_head_ + 1) % free_.size();
  --free_count_;
  --available_;
  slots_[slot] = HandshakeSlot{};
  slots_[slot].wait = kNoWait;
  return slot;
}

void HandshakeSlots::Free(SlotIndex slot) {
  SYNSPLICE_CHECK(free_count_ < free_.size());
  Unlink(slot);
  free_[(free_head_ + free_count_) % free_.size()] = slot;
  ++free_count_;
}

void HandshakeSlots::Wait(SlotIndex slot, uint8_t kind, Time now) {
  Unlink(slot);
  HandshakeSlot& entry = slots_[slot];
  Ends& ends = heads_[kind];
  entry.wait = kind;
  entry.deadline = now + DelayOf(kind);
  entry.previous = ends.previous;
  entry.next = kNone;
  (ends.previous == kNone ? ends.next : slots_[ends.previous].next) = slot;
  ends.previous = slot;
}

void HandshakeSlots::Unlink(SlotIndex slot) {
  HandshakeSlot& entry = slots_[slot];
  if (entry.wait == kNoWait) return;
  Ends& ends = heads_[entry.wait];
  (entry.previous == kNone ? ends.next : slots_[entry.previous].next) = entry.next;
  (entry.next == kNone ? ends.previous : slots_[entry.next].previous) = entry.previous;
  if (walk_ == slot) walk_ = entry.next;
  entry.wait = kNoWait;
}

}  // namespace synsplice
