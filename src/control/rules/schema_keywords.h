// The keywords of JSON Schema, draft 7, that are judged, and what their values are.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace synsplice {

enum class Holds : uint8_t {
  kAnything,
  kText,
  kTexts,
  kNumber,
  kCount,
  kTruth,
  kList,
  kTypes,    // a text or a list of them
  kPattern,  // a regular expression
  kSchema,
  kSchemas,
  kItems,     // a schema, or a list of them
  kMembers,   // schemas by name
  kPatterns,  // schemas by regular expression
};

// nullptr: there is no such keyword.
const Holds* FindKeyword(std::string_view keyword);
std::vector<std::string_view> AllKeywords();

// What a value of this kind must be; empty: `value` is that, as far as it is told without a look
// at the schemas in it.
std::string WhyNoValue(Holds kind, const nlohmann::json& value);

}  // namespace synsplice
