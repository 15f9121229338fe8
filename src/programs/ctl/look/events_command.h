// The subcommand that tells what has happened to a running appliance.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

struct EventsOptions {
  std::string socket;
  bool follow = false;
};

void AddEventsOptions(CLI::App& command, EventsOptions& options);
// Answers the exit status. With `follow` it ends when nobody reads or answers any more.
int RunEvents(const EventsOptions& options);

}  // namespace synsplice
