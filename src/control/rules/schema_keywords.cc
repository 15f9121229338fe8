#include "control/rules/schema_keywords.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>

#include "text/printable.h"

namespace synsplice {
namespace {

using Json = nlohmann::json;

// The library of regular expressions recurses.
constexpr size_t kLongestPattern = 1000;  // bytes

const std::map<std::string_view, Holds> kKeywords = {
    {"$schema", Holds::kText},
    {"$id", Holds::kText},
    {"$comment", Holds::kText},
    {"title", Holds::kText},
    {"description", Holds::kText},
    {"default", Holds::kAnything},
    {"examples", Holds::kList},
    {"type", Holds::kTypes},
    {"enum", Holds::kList},
    {"const", Holds::kAnything},
    {"multipleOf", Holds::kNumber},
    {"maximum", Holds::kNumber},
    {"exclusiveMaximum", Holds::kNumber},
    {"minimum", Holds::kNumber},
    {"exclusiveMinimum", Holds::kNumber},
    {"maxLength", Holds::kCount},
    {"minLength", Holds::kCount},
    {"maxItems", Holds::kCount},
    {"minItems", Holds::kCount},
    {"uniqueItems", Holds::kTruth},
    {"maxProperties", Holds::kCount},
    {"minProperties", Holds::kCount},
    {"required", Holds::kTexts},
    {"pattern", Holds::kPattern},
    {"not", Holds::kSchema},
    {"if", Holds::kSchema},
    {"then", Holds::kSchema},
    {"else", Holds::kSchema},
    {"contains", Holds::kSchema},
    {"propertyNames", Holds::kSchema},
    {"additionalProperties", Holds::kSchema},
    {"additionalItems", Holds::kSchema},
    {"allOf", Holds::kSchemas},
    {"anyOf", Holds::kSchemas},
    {"oneOf", Holds::kSchemas},
    {"items", Holds::kItems},
    {"properties", Holds::kMembers},
    {"definitions", Holds::kMembers},
    {"patternProperties", Holds::kPatterns},
};

bool IsListOfTexts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
}

std::string_view Unless(bool is_it, std::string_view what) { return is_it ? "" : what; }

std::string_view WhatItMustBe(Holds kind, const Json& value) {
  switch (kind) {
    case Holds::kText:
    case Holds::kPattern:
      return Unless(value.is_string(), "a text");
    case Holds::kTexts:
      return Unless(IsListOfTexts(value), "a list of texts");
    case Holds::kNumber:
      return Unless(value.is_number(), "a number");
    case Holds::kCount:
      return Unless(value.is_number_unsigned(), "a whole number");
    case Holds::kTruth:
      return Unless(value.is_boolean(), "true or false");
    case Holds::kList:
      return Unless(value.is_array(), "a list");
    case Holds::kTypes:
      return Unless(value.is_string() || IsListOfTexts(value), "a type or a list of them");
    case Holds::kSchemas:
      return Unless(value.is_array() && !value.empty(), "a list of schemas");
    case Holds::kMembers:
    case Holds::kPatterns:
      return Unless(value.is_object(), "an object of schemas");
    case Holds::kAnything:
    case Holds::kSchema:
    case Holds::kItems:
      break;
  }
  return "";
}

std::string WhyNoPattern(const std::string& pattern) {
  if (pattern.size() > kLongestPattern) {
    return fmt::format("a pattern of {} bytes, allowed: {}", pattern.size(), kLongestPattern);
  }
  try {
    const std::regex compiled(pattern);
    return "";
  } catch (const std::regex_error&) {
    return fmt::format("{} is no regular expression", Quoted(pattern));
  }
}

std::string WhyNoPatterns(const Json& schemas) {
  for (const auto& [pattern, schema] : schemas.items()) {
    if (std::string why = WhyNoPattern(pattern); !why.empty()) return why;
  }
  return "";
}

}  // namespace

const Holds* FindKeyword(std::string_view keyword) {
  const auto found = kKeywords.find(keyword);
  return found == kKeywords.end() ? nullptr : &found->second;
}

std::vector<std::string_view> AllKeywords() {
  std::vector<std::string_view> names;
  for (const auto& [name, kind] : kKeywords) names.push_back(name);
  return names;
}

std::string WhyNoValue(Holds kind, const nlohmann::json& value) {
  if (const auto what = WhatItMustBe(kind, value); !what.empty()) {
    return fmt::format("must be {}", what);
  }
  if (kind == Holds::kPattern) return WhyNoPattern(value);
  return kind == Holds::kPatterns ? WhyNoPatterns(value) : "";
}

}  // namespace synsplice
