// Frames and slot events that the core makes besides the verdicts of one call.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "synsplice/base/check.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/side.h"
#include "synsplice/base/verdict.h"

namespace synsplice {

// Largest frame that the core composes: Ethernet with eight tags, IPv6, TCP with all options.
inline constexpr size_t kMaxComposedLength = 46 + 40 + 60;

// One input frame makes at most three extra frames (a RST for the client whose handshake it evicts,
// a question for the backend's MAC and the SYN) and ends at most three slots (of a flow that it
// replaces, of the handshake and of the flow that it evicts); a Tick stays within the same bounds
// by its budget. The shell sends `frames` in order after the verdicts of the same call, then
// handles `slot_events`, then clears the box, before the next call into the core.
class Outbox {
 public:
  static constexpr size_t kMaxFrames = 3 * kMaxBurst;
  static constexpr size_t kMaxSlotEvents = 3 * kMaxBurst;

  struct Frame {
    Side to = Side::kOutside;  // the port that sends it
    uint16_t length = 0;
    std::array<uint8_t, kMaxComposedLength> bytes;

    std::span<const uint8_t> view() const { return {bytes.data(), length}; }
  };

  struct SlotEvent {
    enum class Kind : uint8_t {
      kRelease,  // feed the slot's held frames to the core again, as one burst from outside
      kDiscard,  // free them
    };
    Kind kind;
    SlotIndex slot;
  };

  // The caller fills bytes and length of the returned frame before the next call.
  Frame& Add(Side to) {
    SYNSPLICE_CHECK(frame_count_ < kMaxFrames);
    Frame& frame = frames_[frame_count_++];
    frame.to = to;
    return frame;
  }
  void Add(SlotEvent event) {
    SYNSPLICE_CHECK(slot_event_count_ < kMaxSlotEvents);
    slot_events_[slot_event_count_++] = event;
  }
  void Clear() { frame_count_ = slot_event_count_ = 0; }

  std::span<const Frame> frames() const { return {frames_.data(), frame_count_}; }
  std::span<const SlotEvent> slot_events() const {
    return {slot_events_.data(), slot_event_count_};
  }

 private:
  std::array<Frame, kMaxFrames> frames_;
  std::array<SlotEvent, kMaxSlotEvents> slot_events_;
  size_t frame_count_ = 0;
  size_t slot_event_count_ = 0;
};

}  // namespace synsplice
