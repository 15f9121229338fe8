// Early data waits for the backend instead of being refused by a zero window (rules 9, 15).
#pragma once

#include "state/context.h"

namespace synsplice {

// A segment of the waiting flow's own handshake: held if it is the next in order and within the
// bounds, consumed if it brings nothing new.
Verdict HoldSegment(Context& context, const Subject& subject, Flow& flow);

}  // namespace synsplice
