// What the API tells, as JSON: one function for each address. docs/openapi.yaml has
// their fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
// The `most` first ones, of one service or of all.
JsonValue SourcesView(const Snapshot& snapshot, size_t most,
                      std::optional<uint16_t> service = std::nullopt);
// null: a number that no service has.
JsonValue NameOfService(const std::vector<ServiceState>& services, uint16_t number);
JsonValue ListsView(const Snapshot& snapshot);

// RFC 3339, UTC, milliseconds.
std::string TimeText(Time time);

}  // namespace synsplice
