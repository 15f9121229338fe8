// The subcommand that shows what a running appliance tells about itself.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "programs/ctl/look/flow_commands.h"

namespace synsplice {

struct ShowOptions {
  std::string what;
  FlowOptions flows;             // with the socket
  std::string output = "table";  // or json
  bool all = false;
};

void AddShowOptions(CLI::App& command, ShowOptions& options);
// Answers the exit status.
int RunShow(const ShowOptions& options);

}  // namespace synsplice
