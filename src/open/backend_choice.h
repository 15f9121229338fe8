// Which backend a connection gets (rules 8, 14).
#pragma once

#include "state/context.h"

namespace synsplice {

// Whose connection it is.
struct Caller {
  const FlowKey& key;
  FlowTable::Hash hash;
  ListenerId listener;
};

// A choice that may fail for a reason.
struct BackendChoice {
  BackendId backend = 0;
  Reason reason = Reason::kNone;
  bool has_ended = false;  // a flow of the client endpoint to one backend or another
};

// The client's backend. One that is known to be down, or that has come back and takes few clients
// yet, is passed over unless nobody else is there: somebody may answer yet. `own`: a flow that is
// to get another one.
BackendChoice ChooseBackend(const Context& context, const Caller& caller,
                            const Flow* own = nullptr);

// An ended flow to the backend makes room for the one that now takes it.
void RemoveEnded(Context& context, const Caller& caller, BackendId backend);

// Whether the backend, which is another connection's already, is to get this one.
bool IsWanted(const Context& context, BackendId backend);

}  // namespace synsplice
