// The short way of spliced connections' segments: see plain.h.
#pragma once

#include "state/context.h"

namespace synsplice {

// Translates the segment. False: untouched, the general path's.
bool SendPlainSegment(Context& context, Side side, FrameBuffer& frame, const PlainSegment& segment);

}  // namespace synsplice
