// Who gets an entry of the flow table, and who loses one for it (rules 21, 34, 36).
#pragma once

#include "state/context.h"

namespace synsplice {

// A fresh entry for the subject's key; nullptr: its holder has used up its share, or nothing that
// stands in its way may be evicted. The caller gives it a live phase.
Flow* InsertFlow(Context& context, const Subject& subject, uint16_t listener);

}  // namespace synsplice
