// What both programs do with their command line.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>
#include <string>

namespace synsplice {

// Of a command line that cannot be understood; a configuration or a run that fails ends with 1.
inline constexpr int kUsageError = 2;

// Parses; the exit status when the program ends here: 0 after --help and --version, kUsageError
// after a mistake, which is told in one sentence on stderr.
inline std::optional<int> ParseCommandLine(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    // CLI11 would rather miss what stands there misspelt.
    const auto unknown = app.remaining(true);
    std::cerr << app.get_name() << ": "
              << (unknown.empty() ? error.what() : "'" + unknown.front() + "' is not known")
              << "; see --help\n";
    return kUsageError;
  }
}

}  // namespace synsplice
