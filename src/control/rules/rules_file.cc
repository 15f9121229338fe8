#include "control/rules/rules_file.h"

#include <fmt/format.h>

#include "control/lists/whole_file.h"
#include "control/rules/bad_rules.h"
#include "text/printable.h"

namespace synsplice {
namespace {

using Json = nlohmann::json;

// Without the library's name and number of the error.
std::string SentenceOf(const Json::exception& error) {
  const std::string_view what = error.what();
  const size_t behind = what.find("] ");
  return std::string(behind == std::string_view::npos ? what : what.substr(behind + 2));
}

Json Parse(const std::string& text) {
  bool is_too_deep = false;
  const auto keep = [&](int depth, Json::parse_event_t, Json&) {
    is_too_deep |= depth > kMostRulesDepth;
    return !is_too_deep;
  };
  try {
    Json parsed = Json::parse(text, keep);
    if (!is_too_deep) return parsed;
  } catch (const Json::exception& error) {
    throw BadRules{"no JSON: " + SentenceOf(error)};
  }
  throw BadRules{fmt::format("JSON values inside each other, allowed: {}", kMostRulesDepth)};
}

void RequireDraft7(const Json& root) {
  if (!root.is_object()) throw BadRules{"no JSON Schema: must be an object"};
  const auto said = root.find("$schema");
  if (said == root.end()) return;
  const std::string draft = said->is_string() ? said->get<std::string>() : said->dump();
  if (draft.find("json-schema.org/draft-07/schema") != std::string::npos) return;
  throw BadRules{
      fmt::format("$schema is {}, must be http://json-schema.org/draft-07/schema#", Quoted(draft))};
}

}  // namespace

nlohmann::json ReadRulesFile(const std::string& path) {
  const WholeFile file = ReadWholeFile(path, kLongestRules);
  if (!file.error.empty()) throw BadRules{"cannot be read: " + file.error};
  Json root = Parse(file.text);
  RequireDraft7(root);
  return root;
}

}  // namespace synsplice
