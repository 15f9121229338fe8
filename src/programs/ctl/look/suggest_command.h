// suggest: limits that fit what a running appliance has learned.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace synsplice {

struct SuggestOptions {
  std::string socket;
  std::string service;          // empty: all
  std::string output = "yaml";  // or json
};

void AddSuggestOptions(CLI::App& command, SuggestOptions& options);

// What the API suggests, as a piece of a configuration: services by name, with their limits, and a
// comment on each that says what was measured.
std::string SuggestText(const nlohmann::ordered_json& services);

// The exit status.
int RunSuggest(const SuggestOptions& options);

}  // namespace synsplice
