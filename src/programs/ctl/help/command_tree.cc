#include "programs/ctl/help/command_tree.h"

#include <sstream>
#include <utility>

namespace synsplice {
namespace {

// The type of an option with choices ends with "{a,b,c}" (CLI::IsMember).
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t open = type.find('{'), close = type.rfind('}');
  if (open == type.npos || close == type.npos) return {};
  std::istringstream list(type.substr(open + 1, close - open - 1));
  std::vector<std::string> choices;
  for (std::string choice; std::getline(list, choice, ',');) choices.push_back(choice);
  return choices;
}

OptionWords OptionWordsOf(const CLI::Option& option) {
  OptionWords words{{}, option.get_description(), option.get_items_expected_max() != 0, {}};
  for (const std::string& name : option.get_snames()) words.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) words.names.push_back("--" + name);
  words.choices = ChoicesOf(option);
  return words;
}

std::vector<const CLI::App*> Below(const CLI::App& command, bool named) {
  return command.get_subcommands(
      [named](const CLI::App* below) { return below->get_name().empty() != named; });
}

// Groups of options are commands without a name, below the one that they belong to; each has a
// copy of its --help.
void AddOptions(const CLI::App& command, CommandWords& words) {
  for (const CLI::Option* option : command.get_options()) {
    if (command.get_name().empty() && option == command.get_help_ptr()) continue;
    if (option->nonpositional()) {
      words.options.push_back(OptionWordsOf(*option));
    } else {
      words.arguments = ChoicesOf(*option);
    }
  }
  for (const CLI::App* group : Below(command, false)) AddOptions(*group, words);
}

void AddCommand(const CLI::App& command, std::vector<std::string> path,
                std::vector<CommandWords>& all) {
  CommandWords words{path, command.get_description(), {}, {}, {}};
  AddOptions(command, words);
  const auto subcommands = Below(command, true);
  for (const CLI::App* below : subcommands) words.subcommands.push_back(below->get_name());
  all.push_back(std::move(words));
  for (const CLI::App* below : subcommands) {
    path.push_back(below->get_name());
    AddCommand(*below, path, all);
    path.pop_back();
  }
}

}  // namespace

std::vector<CommandWords> WordsOf(const CLI::App& app) {
  std::vector<CommandWords> all;
  AddCommand(app, {}, all);
  return all;
}

}  // namespace synsplice
