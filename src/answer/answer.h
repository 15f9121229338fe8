// Answers that a frame becomes in place: no allocation, the way back is the way it came.
#pragma once

#include "state/context.h"
#include "synsplice/wire/compose.h"

namespace synsplice {

// Whoever sends what only a neighbour can have sent may take nothing else (RFC 5082).
inline uint8_t HopLimitOfAnswer(uint8_t hop_limit) {
  return hop_limit == kNeighbourTtl ? kNeighbourTtl : kDefaultTtl;
}

// A segment from the addressee of the subject's packet to its sender. In a client's name it looks
// like the client's own frames; in a service's name all have one flow label (RFC 6437 3).
Segment AnswerTo(const Context& context, const Subject& subject);

// A service's frame that goes on as it is.
inline Verdict Pass(Context& context) {
  context.counters.Count(Event::kPassed);
  return Verdict::Forward();
}

// A segment to a listener that belongs to no connection (rule 46).
inline void CountStray(Context& context, const Subject& subject, ServiceEvent kind) {
  context.CountersOf(context.policy->listener(subject.role.listener)).Count(kind);
}

// Overwrites the subject's frame; false when it has no room for a composed frame.
bool ComposeInPlace(const Subject& subject, const L2Header& l2, const Segment& segment);

// The frame, whose IP header stands at `l3`, becomes `segment` and goes back: MACs swapped, tags
// kept.
Verdict Bounce(FrameBuffer& frame, uint32_t l3, const Segment& segment);
inline Verdict Bounce(const Subject& subject, const Segment& segment) {
  return Bounce(*subject.packet.frame, subject.packet.l3, segment);
}

// The frame becomes a RST to its sender and goes back, because of `reason`; a RST is dropped, never
// answered. RFC 9293 3.10.7.1: with ACK the RST takes its sequence number from it (rule 30).
Verdict BounceReset(Context& context, const Subject& subject, Reason reason);
// The same, if the frame is what its sender has sent.
Verdict BounceResetUnlessDamaged(Context& context, Subject& subject, Reason reason);

}  // namespace synsplice
