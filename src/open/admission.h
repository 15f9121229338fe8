// Who gets an entry of the flow table, and who loses one for it (rules 21, 34, 36).
#pragma once

#include "state/context.h"

namespace synsplice {

enum class Opener : uint8_t { kClient, kServer };

// A fresh entry for the subject's key; nullptr: its holder has used up its share, or nothing that
// stands in its way may be evicted. The caller gives it a live phase.
Flow* InsertFlow(Context& context, const Subject& subject, uint16_t listener, Opener opener);

// A place among the connections of the client's network, if they are counted (rule 29).
struct ConnlimitPlace {
  bool counted = false;
  uint32_t slot = 0;
  Reason reason = Reason::kNone;  // why there is none
};
// Whose connections its service's connlimit counts together.
Address ConnlimitNetworkOf(const Context& context, const Subject& subject);
ConnlimitPlace TakeConnlimit(Context& context, const Subject& subject);

}  // namespace synsplice
