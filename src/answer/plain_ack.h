// The short way of ACKs that belong to no flow and bring no cookie of ours: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Files what the ACK claims, if it may be ours, so that the MACs of a burst are computed together.
// REQUIRES: the tags of its buckets are on their way.
void FileClaim(Context& context, PlainSegment& ack);
void VerifyClaims(Context& context);

// Drops the ACK, or answers it with a RST. False: untouched, the general path's.
bool RefusePlainAck(Context& context, FrameBuffer& frame, const PlainSegment& ack,
                    Verdict& verdict);

}  // namespace synsplice
