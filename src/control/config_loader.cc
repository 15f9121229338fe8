#include "control/config_loader.h"

#include <fmt/format.h>

#include "control/config_file.h"
#include "control/config_relations.h"
#include "control/config_schema.h"
#include "control/lists/list_check.h"
#include "control/rules/site_rules.h"
#include "control/start_relations.h"
#include "control/yaml/config_report.h"
#include "control/yaml/yaml_document.h"
#include "control/yaml/yaml_value.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr size_t kMostShown = 20;

LoadedConfig Unreadable(const ConfigText& read) {
  LoadedConfig loaded;
  loaded.diagnostics.push_back({.file = read.file, .message = read.error, .snippet = ""});
  loaded.mistakes = 1;
  return loaded;
}

void Require(const SiteRules& rules, const nlohmann::json& shown, ConfigReport& report) {
  for (const auto& [rule, key, why] : rules.Judge(shown)) {
    report.FailRule(key, rule,
                    fmt::format("breaks the site rule '{}' of {}: {}", rule, rules.path(), why));
  }
}

// Those of the configuration itself, and `more`.
void CheckSiteRules(const ApplianceConfig& config, const SiteRules* more, ConfigReport& report) {
  if (config.site_rules.empty() && !more) return;
  const nlohmann::json shown = ShowAppliance(config);
  if (more) Require(*more, shown, report);
  if (config.site_rules.empty()) return;
  const SiteRules own(config.site_rules);
  if (own.error().empty()) {
    Require(own, shown, report);
  } else {
    report.FailAtKey("policy.require", fmt::format("{}: {}", own.path(), own.error()));
  }
}

}  // namespace

LoadedConfig LoadConfig(const std::string& path, Purpose purpose, const SiteRules* rules) {
  ConfigText read = ReadConfigFile(path);
  if (!read.error.empty()) return Unreadable(read);
  return LoadConfigText(read.file, std::move(read.text), purpose, rules);
}

LoadedConfig LoadConfigText(const std::string& name, std::string text, Purpose purpose,
                            const SiteRules* rules) {
  LoadedConfig loaded;
  loaded.text = std::move(text);
  ConfigReport report(name, loaded.text);
  if (const auto root = ParseDocument(loaded.text, report)) {
    ReadAppliance(YamlValue(*root, report), loaded.config);
    for (const auto& [key, why] : LoadLists(loaded.config.core, loaded.config.listed)) {
      report.FailAtKey(key, why);
    }
    CheckRelations(loaded.config, report);
    loaded.is_whole = report.size() == 0;
    if (purpose == Purpose::kStart) {
      if (loaded.is_whole) CheckSiteRules(loaded.config, rules, report);
      CheckStart(loaded.config, report);
    }
  }
  loaded.mistakes = report.size();
  loaded.diagnostics = report.First(kMostShown);
  return loaded;
}

std::string Render(const LoadedConfig& loaded) {
  std::string text;
  for (const Diagnostic& diagnostic : loaded.diagnostics) text += Render(diagnostic) + "\n";
  const size_t shown = loaded.diagnostics.size();
  if (loaded.mistakes == shown) return text;
  return text + fmt::format("{}: {} mistakes, these are the first {}\n",
                            Printable(loaded.diagnostics.front().file), loaded.mistakes, shown);
}

}  // namespace synsplice
