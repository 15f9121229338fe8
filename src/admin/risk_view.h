// What the detector concludes, as JSON. docs/openapi.yaml has the fields.
#pragma once

#include "admin/json_value.h"
#include "admin/snapshot.h"

namespace synsplice {

// {"1s": ..., "60s": ...}
JsonValue WindowsView(const ServiceRisk& risk);
JsonValue RiskView(const ServiceRisk& risk);

// An address where one is meant.
std::string SourceText(const Prefix& source);

}  // namespace synsplice
