// mode: what becomes of what is decided about a service's clients.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

struct ModeOptions {
  std::string socket;
  std::string service;
  std::string mode;  // empty: tell it
};

void AddModeOptions(CLI::App& command, ModeOptions& options);

// The exit status.
int RunMode(const ModeOptions& options);

}  // namespace synsplice
