// Which handshake makes room when all slots are taken, or somebody has more than his share (rule
// 34).
#pragma once

#include "state/context.h"

namespace synsplice {

// A slot for one more handshake of `holder`, whose shares it then counts in; kNone: nobody may be
// made to give way. An aborted handshake gives way first: nobody waits for it. Then one that is
// unanswered for longer than evictable_wait, whose client is told.
SlotIndex TakeSlot(Context& context, const FairShare::Holder& holder);

}  // namespace synsplice
