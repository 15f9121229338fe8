// The subcommands that play captures through the core: replay and explain.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace synsplice {

struct ReplayOptions {
  std::string config;
  std::string outside;
  std::string inside;
  std::string outside_interface;
  bool fix_checksums = false;
  bool session = false;
  uint64_t seed = 1;
  std::string filter;
  std::vector<std::string> flow;  // endpoints
  std::string only;
  bool json = false;
  std::vector<std::string> out;  // of replay: one file, or outside's and inside's
};

// Both add their options to `command` and answer the exit status.
void AddReplayOptions(CLI::App& command, ReplayOptions& options);
int RunReplay(const ReplayOptions& options);

void AddExplainOptions(CLI::App& command, ReplayOptions& options);
int RunExplain(const ReplayOptions& options);

}  // namespace synsplice
