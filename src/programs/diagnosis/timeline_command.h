// The subcommand that tells from log files what one client did, in the order of time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "timeline/timeline.h"

namespace synsplice {

struct TimelineOptions {
  TimelineQuery query;
  std::vector<std::string> files;
  std::string output = "table";  // or json
};

void AddTimelineOptions(CLI::App& command, TimelineOptions& options);
// Answers the exit status; 1: a file cannot be read, and what the others say is told.
int RunTimeline(const TimelineOptions& options);

}  // namespace synsplice
