// Limits that fit what was learned of each service, as JSON: GET /v1/suggest. docs/openapi.yaml has
// the fields.
#pragma once

#include "admin/json_value.h"
#include "admin/snapshot.h"

namespace synsplice {

// "suggested" is null where too little was learned, and so is a limit that nothing was measured
// for. Each is three times of what is usual, so that a good day meets none.
JsonValue SuggestView(const Snapshot& snapshot);

}  // namespace synsplice
