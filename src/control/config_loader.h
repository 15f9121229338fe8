// Reads the configuration file: YAML -> ApplianceConfig, or a list of what is wrong with it.
//
// All mistakes of a file are found at once, each at its line and column; the first are shown.
// Nothing is silently replaced by a default: only a key that is absent takes the built-in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "control/appliance_config.h"
#include "control/yaml/config_report.h"

namespace synsplice {

class SiteRules;

struct LoadedConfig {
  std::string text;                     // what was read
  ApplianceConfig config;               // meaningful only when ok()
  std::vector<Diagnostic> diagnostics;  // the first ones in the order of the file
  size_t mistakes = 0;                  // of all diagnostics
  bool is_whole = false;                // `config` is what the file says, if not what it should
  bool ok() const { return mistakes == 0; }
};

enum class Purpose : uint8_t {
  kReplay,  // nothing but the file and those of its lists is read
  kStart,   // what a start needs besides is proved as well; the secret file is read, never made
};

// Never throws. "-" is standard input. For a start the rules of policy.require must be kept, and
// `rules` besides; nullptr: no others.
LoadedConfig LoadConfig(const std::string& path, Purpose purpose = Purpose::kReplay,
                        const SiteRules* rules = nullptr);

// The same for a text that is no file's; `name` is what diagnostics call it.
LoadedConfig LoadConfigText(const std::string& name, std::string text, Purpose purpose,
                            const SiteRules* rules = nullptr);

// Every diagnostic, and the number of those that are not among them; a newline behind each line.
std::string Render(const LoadedConfig& loaded);

}  // namespace synsplice
