// Flows as JSON.
#pragma once

#include "admin/api/flow_desk.h"
#include "admin/views.h"

namespace synsplice {

// What is known of one connection, its numbers included.
JsonValue FlowView(const FlowDesk::Page::Row& row, const std::vector<ServiceState>& services);

// {"flows": [...], "cursor": where the next page begins, or null}
JsonValue FlowsView(const FlowDesk::Page& page, const Snapshot& snapshot);

// Parts that others have as well: the ids of packed Vids; null without scale.
JsonValue VlansView(uint32_t packed_vids);
JsonValue ScaleView(uint8_t scale);

}  // namespace synsplice
