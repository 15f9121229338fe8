// The subcommand that shows what a running appliance tells about itself.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "programs/ctl/look/show_tables.h"

namespace synsplice {

struct ShowOptions {
  std::string what;
  TableOptions lists;            // with the socket
  std::string output = "table";  // or json
  bool all = false;
};

void AddShowOptions(CLI::App& command, ShowOptions& options);
// Answers the exit status.
int RunShow(const ShowOptions& options);

}  // namespace synsplice
