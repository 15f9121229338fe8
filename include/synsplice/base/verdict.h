// The core's answer for one frame.
#pragma once

#include <cstdint>

#include "synsplice/base/reason.h"

namespace synsplice {

// Index of a handshake slot; a shell keeps one list of held frames per slot.
using SlotIndex = uint32_t;

struct [[nodiscard]] Verdict {
  enum class Kind : uint8_t {
    kForward,   // send through the other port
    kBounce,    // send back through the port it came from; with a `reason`: it became a RST
    kHold,      // keep, unmodified, in the list of `slot`
    kConsumed,  // free: it has done its work
    kDrop,      // free: `reason` says why
  };

  Kind kind = Kind::kConsumed;
  Reason reason = Reason::kNone;
  SlotIndex slot = 0;

  static constexpr Verdict Forward() { return {Kind::kForward, Reason::kNone, 0}; }
  static constexpr Verdict Bounce() { return {Kind::kBounce, Reason::kNone, 0}; }
  static constexpr Verdict Refuse(Reason reason) { return {Kind::kBounce, reason, 0}; }
  static constexpr Verdict Hold(SlotIndex slot) { return {Kind::kHold, Reason::kNone, slot}; }
  static constexpr Verdict Consumed() { return {Kind::kConsumed, Reason::kNone, 0}; }
  static constexpr Verdict Drop(Reason reason) { return {Kind::kDrop, reason, 0}; }

  bool operator==(const Verdict&) const = default;
};

constexpr const char* Name(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::kForward:
      return "forward";
    case Verdict::Kind::kBounce:
      return "bounce";
    case Verdict::Kind::kHold:
      return "hold";
    case Verdict::Kind::kConsumed:
      return "consumed";
    case Verdict::Kind::kDrop:
      return "drop";
  }
  return "?";
}

}  // namespace synsplice
