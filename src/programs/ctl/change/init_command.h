// The subcommand that writes a configuration to start from.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "programs/ctl/change/starter_config.h"

namespace synsplice {

struct InitOptions {
  Wishes wishes;
  std::string output;  // a file that is not there yet; empty: standard output
};

// What is required and missing is asked for at a terminal. A command line from which no good
// configuration comes is a wrong one.
void AddInitOptions(CLI::App& command, InitOptions& options);
// Answers the exit status.
int RunInit(const InitOptions& options);

}  // namespace synsplice
