// The subcommand that prints how a shell completes the command line: made from the command tree
// itself, so that it knows what there is.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

struct CompletionOptions {
  std::string shell;  // bash, zsh or fish
};

void AddCompletionOptions(CLI::App& command, CompletionOptions& options);
// Answers the exit status.
int RunCompletion(const CLI::App& app, const CompletionOptions& options);

// The script for a shell that AddCompletionOptions knows.
std::string CompletionScript(const CLI::App& app, const std::string& shell);

}  // namespace synsplice
