// The text of a file of site rules: JSON, of bounded size and depth.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace synsplice {

inline constexpr size_t kLongestRules = 1 << 20;  // bytes
inline constexpr int kMostRulesDepth = 64;        // values inside each other

// A regular file that holds a JSON Schema of draft 7. Throws BadRules.
nlohmann::json ReadRulesFile(const std::string& path);

}  // namespace synsplice
