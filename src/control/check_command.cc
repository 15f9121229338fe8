#include "control/check_command.h"

#include <fmt/format.h>

#include <numeric>

#include "control/config_loader.h"
#include "control/config_schema.h"
#include "control/memory_plan.h"
#include "control/rules/site_rules.h"
#include "text/printable.h"

namespace synsplice {
namespace {

using Json = nlohmann::ordered_json;

std::string NameOf(const std::string& file) { return file == "-" ? "standard input" : file; }

LoadedConfig Load(const CheckOptions& options) {
  if (!options.rules) return LoadConfig(options.file, Purpose::kStart);
  const SiteRules rules(*options.rules);
  if (rules.error().empty()) return LoadConfig(options.file, Purpose::kStart, &rules);
  LoadedConfig loaded;
  loaded.diagnostics.push_back(
      {.file = rules.path(), .message = Printable(rules.error()), .snippet = ""});
  loaded.mistakes = 1;
  return loaded;
}

Json FindingOf(const Diagnostic& diagnostic) {
  Json finding = {{"file", diagnostic.file}};
  if (diagnostic.line > 0) {
    finding["line"] = diagnostic.line;
    finding["column"] = diagnostic.column;
  }
  if (!diagnostic.key.empty()) finding["key"] = diagnostic.key;
  if (!diagnostic.rule.empty()) finding["rule"] = diagnostic.rule;
  finding["message"] = diagnostic.message;
  return finding;
}

// The names of files need not be UTF-8.
void PrintJson(const CheckOptions& options, const LoadedConfig& loaded) {
  Json findings = Json::array();
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    findings.push_back(FindingOf(diagnostic));
  }
  const Json document = {
      {"file", NameOf(options.file)},
      {"ok", loaded.ok()},
      {"mistakes", loaded.mistakes},
      {"findings", std::move(findings)},
      {"configuration", loaded.is_whole ? ShowAppliance(loaded.config) : Json()},
  };
  fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
}

void PrintGood(const CheckOptions& options, const ApplianceConfig& config) {
  const auto& services = config.core.services;
  const size_t listeners =
      std::transform_reduce(services.begin(), services.end(), size_t{0}, std::plus<>(),
                            [](const ServiceConfig& service) { return service.listen.size(); });
  fmt::print("{}: ok ({} services, {} listeners)\n", NameOf(options.file), services.size(),
             listeners);
  fmt::print("{}", Render(PlanMemory(config), config));
}

}  // namespace

int RunCheck(const CheckOptions& options) {
  const LoadedConfig loaded = Load(options);
  if (options.json) {
    PrintJson(options, loaded);
  } else if (loaded.ok()) {
    PrintGood(options, loaded.config);
  } else {
    fmt::print(stderr, "{}", Render(loaded));
  }
  return loaded.ok() ? 0 : 1;
}

}  // namespace synsplice
