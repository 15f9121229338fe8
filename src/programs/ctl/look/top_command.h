// The subcommand that shows a running appliance at work.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

struct TopOptions {
  std::string socket;
  unsigned count = 0;  // looks; 0: until it is ended
};

void AddTopOptions(CLI::App& command, TopOptions& options);
// On a terminal a screen: q ends it, p pauses, s sorts by something else. Else a line for each
// look. Answers the exit status.
int RunTop(const TopOptions& options);

}  // namespace synsplice
