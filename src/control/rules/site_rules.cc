#include "control/rules/site_rules.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "control/rules/bad_rules.h"
#include "control/rules/rule_part.h"
#include "control/rules/rules_file.h"
#include "control/rules/schema_expansion.h"

namespace synsplice {
namespace {

constexpr size_t kMostBroken = 100;
// The expression library recurses once for each byte that it matches.
constexpr size_t kLongestText = 1024;

// "/services/0/name" -> "services[0].name".
std::string KeyOf(std::string_view pointer) {
  std::string key;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    const bool is_index = token.find_first_not_of("0123456789") == std::string_view::npos;
    key += is_index ? fmt::format("[{}]", token) : fmt::format(".{}", token);
    pointer.remove_prefix(token.size());
  }
  return key.empty() ? key : key.substr(1);
}

// The key of a text that is too long to be judged.
std::optional<std::string> FindLongText(const nlohmann::json& configuration) {
  const nlohmann::json flat = configuration.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (!value.is_string()) continue;
    if (value.get_ref<const std::string&>().size() <= kLongestText) continue;
    return KeyOf(pointer);
  }
  return std::nullopt;
}

}  // namespace

SiteRules::SiteRules(std::string path) : path_(std::move(path)) {
  try {
    root_ = CompileRules(ExpandSchema(ReadRulesFile(path_)));
  } catch (const BadRules& bad) {
    error_ = bad.sentence;
  }
}

SiteRules::~SiteRules() = default;
SiteRules::SiteRules(SiteRules&&) noexcept = default;
SiteRules& SiteRules::operator=(SiteRules&&) noexcept = default;

std::vector<BrokenRule> SiteRules::Judge(const nlohmann::json& configuration) const {
  if (const auto key = FindLongText(configuration)) {
    return {
        {"texts that can be judged", *key, fmt::format("is longer than {} bytes", kLongestText)}};
  }
  return JudgeValue(*root_, configuration, kMostBroken);
}

}  // namespace synsplice
