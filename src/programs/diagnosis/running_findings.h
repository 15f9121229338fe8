// What a running appliance says of itself that somebody should mend.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "system/finding.h"

namespace synsplice {

// Answers of the API, parsed; null: it gave none.
struct ApplianceAnswers {
  nlohmann::json status, ports, workers, backends, drops;
  uint64_t events_lost = 0;
};

// A finding of each part that is well, or one for each trouble of it. What has been counted since
// the start is a hint at most: it may be over. Throws nlohmann::json::exception when an answer is
// not as docs/openapi.yaml says.
Findings JudgeAppliance(const ApplianceAnswers& answers);

}  // namespace synsplice
