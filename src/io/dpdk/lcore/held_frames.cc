#include "io/dpdk/lcore/held_frames.h"

#include <rte_mbuf.h>

#include <algorithm>

#include "synsplice/base/check.h"
#include "synsplice/flow/handshake_slots.h"

namespace synsplice {

static_assert(kMaxHoldFrames <= UINT8_MAX, "counts_ has 8 bits");

HeldFrames::HeldFrames(const HandshakeConfig& config)
    : per_slot_(config.hold_frames),
      frames_(size_t{HandshakeSlots::EntriesFor(config.slots)} * config.hold_frames),
      counts_(HandshakeSlots::EntriesFor(config.slots)) {
  released_.reserve(config.hold_frames_total);
}

HeldFrames::~HeldFrames() { DiscardAll(); }

void HeldFrames::DiscardAll() {
  for (SlotIndex slot = 0; slot < counts_.size(); ++slot) Discard(slot);
  for (size_t i = taken_; i < released_.size(); ++i) rte_pktmbuf_free(released_[i]);
  released_.clear();
  taken_ = 0;
}

std::span<rte_mbuf*> HeldFrames::ListOf(SlotIndex slot) {
  SYNSPLICE_CHECK(slot < counts_.size());
  return std::span(frames_).subspan(size_t{slot} * per_slot_, counts_[slot]);
}

void HeldFrames::Hold(SlotIndex slot, rte_mbuf* mbuf) {
  SYNSPLICE_CHECK(slot < counts_.size() && counts_[slot] < per_slot_);
  frames_[size_t{slot} * per_slot_ + counts_[slot]++] = mbuf;
}

void HeldFrames::Release(SlotIndex slot) {
  const std::span<rte_mbuf*> list = ListOf(slot);
  released_.insert(released_.end(), list.begin(), list.end());
  counts_[slot] = 0;
}

void HeldFrames::Discard(SlotIndex slot) {
  for (rte_mbuf* mbuf : ListOf(slot)) rte_pktmbuf_free(mbuf);
  counts_[slot] = 0;
}

size_t HeldFrames::TakeReleased(std::span<rte_mbuf*> burst) {
  const size_t count = std::min(burst.size(), released_.size() - taken_);
  std::copy_n(released_.begin() + static_cast<ptrdiff_t>(taken_), count, burst.begin());
  taken_ += count;
  if (taken_ == released_.size()) {
    released_.clear();
    taken_ = 0;
  }
  return count;
}

}  // namespace synsplice
