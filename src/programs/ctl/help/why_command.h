// The subcommand that tells what a counter means, and what to do about it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace synsplice {

struct WhyOptions {
  std::string name;  // a reason or an event; empty: all of them
};

void AddWhyOptions(CLI::App& command, WhyOptions& options);
// Answers the exit status.
int RunWhy(const WhyOptions& options);

// What there is to say about a reason or an event that exists, or a line about each of them, in
// lines of at most 80 columns.
std::string WhyText(std::string_view name);

}  // namespace synsplice
