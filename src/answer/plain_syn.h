// The short way of SYNs: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Files the SYN into the context's batch, if it looks like one before. False: not known yet, or the
// general path's.
bool TakeKnownSyn(Context& context, const FrameBuffer& frame);
// The same for one that was looked at. False: the general path's.
bool TakePlainSyn(Context& context, const FrameBuffer& frame, const PlainSegment& syn);

// What the answer to SYN `index` of the batch has in common with others; nullptr: the general
// path's.
const SynKind* KindToAnswer(Context& context, size_t index);
// Answers SYN `index` of the batch; the caller counts it. False: untouched, of another kind or the
// general path's.
bool AnswerPlainSyn(Context& context, FrameBuffer& frame, size_t index, const SynKind& kind);

}  // namespace synsplice
