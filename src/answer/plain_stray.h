// The short way of RSTs and SYN-ACKs that belong to no flow: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Whether a segment with these flags from outside may be one.
constexpr bool IsStrayShaped(uint8_t flags) {
  return (flags & (kSyn | kRst)) == kRst || (flags & (kSyn | kAck | kFin | kRst)) == (kSyn | kAck);
}

// Whether nothing but a flow speaks against its short way. What the flow table says is on its way
// behind this.
bool TakePlainStray(const Context& context, const FrameBuffer& frame, const PlainSegment& segment);

// Whether all that belongs to no connection of the listener is dropped.
bool DropsStrays(const Context& context, ListenerId listener);
// Why it is dropped; kNone: the general path has to look.
Reason WhyStray(const Context& context, const PlainSegment& segment);

}  // namespace synsplice
