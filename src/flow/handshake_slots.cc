#include "synsplice/flow/handshake_slots.h"

#include <algorithm>
#include <numeric>

#include "synsplice/base/check.h"
#include "synsplice/flow/shapes.h"

namespace synsplice {
namespace {

constexpr uint8_t kNoWait = kLineWait + 1;

// Copied in a few wide moves, where GCC clears with a slow string instruction.
constexpr HandshakeSlot kUnused = [] {
  HandshakeSlot slot;
  slot.wait = kNoWait;
  return slot;
}();

}  // namespace

HandshakeSlots::Place HandshakeSlots::Reserve(Layout& layout, uint32_t capacity) {
  const uint32_t entries = EntriesFor(capacity);
  return {layout.Add<HandshakeSlot>(entries, ShapeOfHandshakeSlot()),
          layout.Add<SlotIndex>(entries)};
}

HandshakeSlots::HandshakeSlots(const Region& region, const Place& place, size_t lines)
    : slots_(region[place.slots]),
      free_(region[place.free]),
      free_count_(entries()),
      available_(free_count_),
      lines_(lines) {
  busy_lines_.reserve(lines);
  std::iota(free_.begin(), free_.end(), 0u);
  std::ranges::fill(slots_, kUnused);
}

SlotIndex HandshakeSlots::Allocate() {
  if (available_ == 0 || in_use() == capacity()) return kNone;
  const SlotIndex slot = free_[--available_];
  free_[available_] = free_[--free_count_];
  slots_[slot] = kUnused;
  return slot;
}

void HandshakeSlots::Free(SlotIndex slot) {
  SYNSPLICE_CHECK(free_count_ < free_.size());
  EndWait(slot);
  if (slots_[slot].aborted) Unlink(aborted_, &HandshakeSlot::in_aborted, slot);
  free_[free_count_++] = slot;
}

void HandshakeSlots::Abort(SlotIndex slot) {
  if (slots_[slot].aborted) return;
  slots_[slot].aborted = true;
  Append(aborted_, &HandshakeSlot::in_aborted, slot);
}

void HandshakeSlots::Wait(SlotIndex slot, uint8_t kind, Time now) {
  EndWait(slot);
  slots_[slot].wait = kind;
  slots_[slot].deadline = now + DelayOf(kind);
  Append(heads_[kind], &HandshakeSlot::in_wait, slot);
}

void HandshakeSlots::Join(SlotIndex slot, LineId id, Time deadline) {
  EndWait(slot);
  slots_[slot].wait = kLineWait;
  slots_[slot].line = id;
  slots_[slot].deadline = deadline;
  Line& line = lines_[id];
  if (line.ends.next == kNone) {
    line.place = busy_lines_.size();
    busy_lines_.push_back(id);
  }
  Append(line.ends, &HandshakeSlot::in_wait, slot);
}

// The last one of the busy lines takes the place of one that is so no more.
void HandshakeSlots::Leave(SlotIndex slot) {
  Line& line = lines_[slots_[slot].line];
  Unlink(line.ends, &HandshakeSlot::in_wait, slot);
  if (line.ends.next != kNone) return;
  const LineId last = busy_lines_.back();
  busy_lines_[line.place] = last;
  lines_[last].place = line.place;
  busy_lines_.pop_back();
}

void HandshakeSlots::EndWait(SlotIndex slot) {
  HandshakeSlot& entry = slots_[slot];
  if (entry.wait == kNoWait) return;
  if (walk_ == slot) walk_ = entry.in_wait.next;
  if (entry.wait == kLineWait) {
    Leave(slot);
  } else {
    Unlink(heads_[entry.wait], &HandshakeSlot::in_wait, slot);
  }
  entry.wait = kNoWait;
}

void HandshakeSlots::Append(Ends& ends, Links links, SlotIndex slot) {
  slots_[slot].*links = {ends.previous, kNone};
  (ends.previous == kNone ? ends.next : (slots_[ends.previous].*links).next) = slot;
  ends.previous = slot;
}

void HandshakeSlots::Unlink(Ends& ends, Links links, SlotIndex slot) {
  const HandshakeSlot::Links& entry = slots_[slot].*links;
  (entry.previous == kNone ? ends.next : (slots_[entry.previous].*links).next) = entry.next;
  (entry.next == kNone ? ends.previous : (slots_[entry.next].*links).previous) = entry.previous;
}

}  // namespace synsplice
