// What a command line may hold, read from the tree of CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace synsplice {

struct OptionWords {
  std::vector<std::string> names;  // "-o", "--output"
  std::string text;
  bool takes_value = false;
  std::vector<std::string> choices;  // of the value; none: anything, a file perhaps
};

struct CommandWords {
  std::vector<std::string> path;  // "explain", "flow"; empty: the program itself
  std::string text;
  std::vector<OptionWords> options;
  std::vector<std::string> subcommands;
  std::vector<std::string> arguments;  // what may stand there besides; none: anything
};

// Every command in front of its subcommands; the program itself first.
std::vector<CommandWords> WordsOf(const CLI::App& app);

}  // namespace synsplice
