// What the program does between its command line and its exit status.
#pragma once

#include <string>
#include <vector>

#include "control/config_loader.h"

namespace synsplice {

// What the operator asks for on the command line besides the configuration.
struct RunOptions {
  std::string config_file;  // "-": standard input
  unsigned duration_s = 0;  // 0: until SIGTERM or SIGINT
  std::string json_file;    // for the final counters; empty: none
  std::vector<std::string> eal_arguments;
};

// Loads the secret, runs the appliance, prints the final counters. Answers the exit status; what
// is wrong is one sentence on stderr.
int RunAppliance(LoadedConfig loaded, const RunOptions& options);

}  // namespace synsplice
