// What the API tells in pages, one after the other.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "programs/ctl/api_client.h"

namespace synsplice {

// Page after page of the answer to `question`, until there are `limit` rows: take(page) answers how
// many it has taken. The trouble that ended it, if any.
ApiAnswer ForEachPage(const std::string& socket, const ApiQuestion& question, size_t limit,
                      const std::function<size_t(nlohmann::ordered_json&)>& take);

}  // namespace synsplice
