// Fragments of a service's TCP (rule 24): the later ones follow the first one's flow.
//
// Only the first fragment names the ports. It is translated like a segment: the TCP checksum covers
// the whole datagram, whose length does not change, so increments in the first fragment are right.
// Later ones get its addresses, MAC and ECN repair, nothing else. A first fragment is remembered
// only when it fits a proved flow's sequence space: strangers cost no memory.
#pragma once

#include "state/context.h"

namespace synsplice {

// What a fragment that is to be judged will read is on its way behind this.
void PrefetchFragment(const Context& context, const Subject& subject);

// A first fragment of a service's TCP; `flow` may be nullptr.
Verdict OnFirstFragment(Context& context, Subject& subject, Flow* flow);

// The first fragment goes on as it is, and so do the later ones: of a connection that we know, or
// of none.
void PassLaterFragments(Context& context, const Subject& subject);
void BridgeLaterFragments(Context& context, const Subject& subject);

// A fragment that may continue a TCP segment.
Verdict OnLaterFragment(Context& context, Subject& subject);

}  // namespace synsplice
