// What is for a service's address and has no port that is the service's own: fragments of no
// connection, UDP, ICMP (rule 46). Where the service polices them they are counted, and those above
// its value are not bridged. What comes from inside, is about a known connection, or finds
// neighbours is never one of them.
#pragma once

#include "state/context.h"

namespace synsplice {

// Behind IsSurplus: some service polices.
bool IsPolicedSurplus(Context& context, Subject& subject);

// Whether a frame that would be bridged is one too many; it is counted, and the role of `subject`
// is the service's then.
inline bool IsSurplus(Context& context, Subject& subject) {
  return subject.side == Side::kOutside && !context.policy->policed().empty() &&
         IsPolicedSurplus(context, subject);
}

// A frame is dropped for this reason: counted if it is a fragment of no connection.
void CountStrayFragment(Context& context, const Subject& subject, Reason reason);

}  // namespace synsplice
