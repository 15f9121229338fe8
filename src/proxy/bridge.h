// What goes on as it is: none of a service's, or a service's whose clients are not challenged.
#pragma once

#include "state/context.h"

namespace synsplice {

// It is no service's traffic; dropped when a service polices it and it is one too many.
Verdict BridgeFrame(Context& context, Subject& subject);
// The same; the later fragments of what is a first one follow it.
Verdict BridgeFirst(Context& context, Subject& subject);

// What mode always would drop passes. `known`: it is of a connection that we know.
Verdict PassDropped(Context& context, Subject& subject, bool known);

}  // namespace synsplice
