// The short way of ACKs that belong to no flow and bring no cookie of ours: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Whether the ACK, which no flow holds, has its short way. Whether its network got a cookie is on
// its way behind this.
bool IsPlainStranger(Context& context, const FrameBuffer& frame, PlainSegment& ack);

// Files what the stranger claims, if that may be ours, so that the MACs of a burst are computed
// together.
void FileClaim(Context& context, PlainSegment& ack);
void VerifyClaims(Context& context);
// Whether the ACK, a stranger whose claim is verified, has a cookie of ours.
bool IsValidClaim(const Context& context, const PlainSegment& ack);

// Whether what was found out in taking still holds, behind frames of the burst that may have opened
// flows and got cookies.
bool IsStillStranger(const Context& context, const PlainSegment& ack);

// kNone: the general path has to look.
Reason WhyRefused(const Context& context, const PlainSegment& ack);

// A RST, if the ACK and the budget are good for one.
Verdict AnswerStranger(Context& context, FrameBuffer& frame, const PlainSegment& ack,
                       Reason reason);

}  // namespace synsplice
