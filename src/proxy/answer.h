// Answers that a frame becomes in place: no allocation, the way back is the way it came.
#pragma once

#include "context.h"
#include "synsplice/wire/compose.h"

namespace synsplice {

// A segment from the addressee of `packet` to its sender.
Segment AnswerTo(const Packet& packet);

// Overwrites the subject's frame; false when it has no room for a composed frame.
bool ComposeInPlace(const Subject& subject, const L2Header& l2, const Segment& segment);

// The frame becomes `segment` and goes back: MACs swapped, tags kept.
Verdict Bounce(const Subject& subject, const Segment& segment);

// The frame becomes a RST to its sender and goes back, because of `reason`; a RST is dropped, never
// answered. RFC 9293 3.10.7.1: with ACK the RST takes its sequence number from it (rule 30).
Verdict BounceReset(Context& context, const Subject& subject, Reason reason);

}  // namespace synsplice
