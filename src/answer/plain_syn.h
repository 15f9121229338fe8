// The short way of SYNs: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Files the SYN into the context's batch, if it looks like one before. False: not known yet, or the
// general path's.
bool TakeKnownSyn(Context& context, const FrameBuffer& frame);
// The same for one that was looked at. False: the general path's.
bool TakePlainSyn(Context& context, const FrameBuffer& frame, const PlainSegment& syn);

// Answers SYN `index` of the batch. False: untouched, the general path's. Whether and what is
// answered depends on the kind of SYN: `run` is the kind that was answered last, nullptr at first
// and when the general path has judged a frame in between.
bool AnswerPlainSyn(Context& context, FrameBuffer& frame, size_t index, const SynKind*& run);

}  // namespace synsplice
