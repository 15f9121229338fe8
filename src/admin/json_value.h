// JSON whose members keep the order in which they were written.
#pragma once

#include <nlohmann/json.hpp>

namespace synsplice {

using JsonValue = nlohmann::ordered_json;

}  // namespace synsplice
