// What lists say of clients who have no connection yet (rule 43).
#pragma once

#include "state/context.h"

namespace synsplice {

// The list of the listener's service that holds the client, and its tier.
inline Listed ListedOf(const Context& context, const AddressWords& client, ListenerId listener) {
  if (!context.lists) return {};
  return context.lists->Find(client, context.policy->ListsOf(context.policy->listener(listener)));
}

// Looks up the clients of all plain SYNs of the burst. REQUIRES: there are lists, and SYNs.
void FileListed(Context& context);
// Of SYN `index` of a batch with listed clients: its client was found on a list, if he is on any.
void CountListed(Context& context, size_t index);

// Whether a frame to a listener, or from one, is of a blocked client, and monitor does not let him.
bool IsOfBlocked(const Context& context, const Subject& subject);
// The same of a client who sends it; he is counted if he is, or if he asks for a connection.
bool IsBlocked(Context& context, const Subject& subject);

// He is over a limit of a service that may have a list for him. Of SYNs none has: they may be sent
// in another's name.
void NoteOverLimit(Context& context, const Address& client, const Listener& listener,
                   Reason reason);

}  // namespace synsplice
