// What was learned as a text that outlives a restart: JSON, with the version of its format.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "detect/detector.h"

namespace synsplice {

// No more than 16 kB for each service.
std::string TextOfBaselines(const Baselines& baselines);

// All of it, or one sentence why not.
std::variant<Baselines, std::string> ParseBaselines(std::string_view text);

}  // namespace synsplice
