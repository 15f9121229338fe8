// The short way of SYNs: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Files the SYN into the context's batch, if it looks like one before. False: not known yet, or the
// general path's.
bool TakeKnownSyn(Context& context, const FrameBuffer& frame);
// The same for one that was looked at. False: the general path's.
bool TakePlainSyn(Context& context, const FrameBuffer& frame, const PlainSegment& syn);

// Whether SYN `index` of the batch may meet a flow that lives. `touched`: flows may have been
// opened since the batch was taken in.
bool MeetsLiveFlow(const Context& context, size_t index, bool touched);

// What the answer to SYN `index` of the batch has in common with others; nullptr: the general
// path's.
const SynKind* KindToAnswer(Context& context, size_t index);
// Whether a list keeps SYN `index` of a batch with listed clients from any answer.
bool IsBlockedSyn(const Context& context, size_t index, bool touched);
// Answers SYN `index` of the batch, which meets no flow that lives and is within the limits; the
// caller counts it. False: untouched, of another kind or blocked.
bool AnswerPlainSyn(Context& context, FrameBuffer& frame, size_t index, const SynKind& kind);

}  // namespace synsplice
