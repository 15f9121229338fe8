// A part of the site rules, and what of a value breaks it.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/schema.hpp>
#include <vector>

#include "control/rules/site_rules.h"

namespace synsplice {

// A value obeys it if it obeys `own` and all parts.
struct RulePart {
  using Parts = std::vector<std::unique_ptr<RulePart>>;

  std::string name;
  valijson::Schema own;
  Parts all;                                                 // of the value itself
  std::map<std::string, std::unique_ptr<RulePart>> members;  // of what an object has
  std::unique_ptr<RulePart> items;                           // of what a list has; may be none
};

// Of a schema that was expanded. Throws BadRules.
std::unique_ptr<RulePart> CompileRules(const nlohmann::json& schema);

// Everything of `value` that breaks `root`, `most` at most.
std::vector<BrokenRule> JudgeValue(const RulePart& root, const nlohmann::json& value, size_t most);

}  // namespace synsplice
