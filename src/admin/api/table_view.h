// Pages of the workers' tables as JSON: {NAME: [...], "cursor": where the next page begins, or
// null}
#pragma once

#include "admin/api/flow_desk.h"
#include "admin/views.h"

namespace synsplice {

// Of flows that wait for their backends.
JsonValue HandshakesView(const FlowDesk::Page& page, const Snapshot& snapshot);
JsonValue LimitsView(const FlowDesk::PageOf<LimitRecord>& page, const Snapshot& snapshot);
JsonValue NeighboursView(const FlowDesk::PageOf<NeighbourRecord>& page, const Snapshot& snapshot);
// Workers learn for themselves: a row for each of them.
JsonValue PromisesView(const FlowDesk::PageOf<PromiseRecord>& page, const Snapshot& snapshot);

}  // namespace synsplice
