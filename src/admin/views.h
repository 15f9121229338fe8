// What the API tells, as JSON: one function for each address. docs/openapi.yaml has
// their fields.
#pragma once

#include <string>

#include "admin/json_value.h"
#include "admin/snapshot.h"

namespace synsplice {

JsonValue VersionView(const Snapshot& snapshot);
JsonValue StatusView(const Snapshot& snapshot);
JsonValue DropsView(const Snapshot& snapshot);
JsonValue PortsView(const Snapshot& snapshot);
JsonValue WorkersView(const Snapshot& snapshot);
JsonValue ServicesView(const Snapshot& snapshot);
JsonValue BackendsView(const Snapshot& snapshot);
JsonValue ListsView(const Snapshot& snapshot);

// RFC 3339, UTC, milliseconds.
std::string TimeText(Time time);

}  // namespace synsplice
