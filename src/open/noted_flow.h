// Connections whose handshake was the server's own (rule 39).
#pragma once

#include "state/context.h"

namespace synsplice {

// The server says with a segment of its own that there may be a connection: notes it, so that it
// goes on whatever becomes of new ones. Until that is proven it gives way to all others. REQUIRES:
// ACK, neither SYN nor RST, of a transparent service, and no flow.
void NoteFlow(Context& context, const Subject& subject);

// The server says more in a noted flow that nothing has proven: from what proves it on the flow
// counts as a connection. REQUIRES: neither SYN nor RST; to be called before it is tracked.
void HearServer(Context& context, const Subject& subject, Flow& flow);

}  // namespace synsplice
