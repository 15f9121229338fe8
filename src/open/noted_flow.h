// Connections whose handshake was the server's own (rule 39).
#pragma once

#include "state/context.h"

namespace synsplice {

// The server says with a segment of its own that there is a connection: notes it, so that it goes
// on whatever becomes of new ones. REQUIRES: ACK, neither SYN nor RST, of a transparent service,
// and no flow.
void NoteFlow(Context& context, const Subject& subject);

}  // namespace synsplice
