// TCP-MD5 (RFC 2385) and TCP-AO (RFC 5925): the signature covers what we rewrite (rule 25).
#pragma once

#include "state/context.h"

namespace synsplice {

// A segment with such an option, to or from a service; `flow` may be nullptr. Between a client of
// signed_bypass and a transparent service it is forwarded untouched, SYNs too: the endpoints
// number, and the server verifies the signature before it keeps anything of a SYN, so that a
// stranger who borrows such an address gains nothing. No state: the option alone says whose rules
// apply. What somebody else signed is dropped where it would be translated, as its receiver would
// do. nullopt: it would not; judge it like any other.
std::optional<Verdict> OnSignedSegment(Context& context, const Subject& subject, const Flow* flow);

}  // namespace synsplice
