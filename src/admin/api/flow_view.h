// Flows as JSON.
#pragma once

#include "admin/api/flow_desk.h"
#include "admin/views.h"

namespace synsplice {

// What is known of one connection, its numbers included.
JsonValue FlowView(const FlowDesk::Page::Row& row, const std::vector<ServiceState>& services);

// {"flows": [...], "cursor": where the next page begins, or null}
JsonValue FlowsView(const FlowDesk::Page& page, const std::vector<ServiceState>& services);

}  // namespace synsplice
