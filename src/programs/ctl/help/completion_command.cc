#include "programs/ctl/help/completion_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <map>
#include <vector>

#include "programs/ctl/help/command_tree.h"
#include "programs/ctl/help/fish_script.h"

namespace synsplice {
namespace {

std::string Joined(const std::vector<std::string>& words, const char* between) {
  return fmt::format("{}", fmt::join(words, between));
}

// Which command the words before the cursor begin with: subcommands in front of their parents.
std::string Recognitions(const std::vector<CommandWords>& commands) {
  std::string cases;
  for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
    cases += fmt::format("    \"{} \"{}) command=\"{}\" ;;\n", Joined(command->path, " "),
                         command->path.empty() ? "" : "*", Joined(command->path, "."));
  }
  return cases;
}

std::string Case(const std::string& pattern, const std::vector<std::string>& candidates) {
  return fmt::format("    {}) candidates=\"{}\" ;;\n", pattern, Joined(candidates, " "));
}

std::string ValueCase(const std::string& command, const OptionWords& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) patterns.push_back(command + "/" + name + "/*");
  return Case(Joined(patterns, " | "), option.choices);
}

// Command, word before and word at the cursor decide: the value of an option, an option, or what
// else may stand there.
std::string Cases(const CommandWords& words) {
  const std::string command = Joined(words.path, ".");
  std::string cases;
  std::vector<std::string> names, others = words.subcommands;
  for (const OptionWords& option : words.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
    if (option.takes_value) cases += ValueCase(command, option);
  }
  others.insert(others.end(), words.arguments.begin(), words.arguments.end());
  return cases + Case(command + "/*/-*", names) + Case(command + "/*", others);
}

// Bash and zsh read it alike.
std::string Decision(const CLI::App& app) {
  const std::vector<CommandWords> commands = WordsOf(app);
  std::string decision = fmt::format(R"(  local command="?" candidates=""
  case "${{before}} " in
{}  esac
  case "${{command}}/${{previous}}/${{current}}" in
)",
                                     Recognitions(commands));
  for (const CommandWords& command : commands) decision += Cases(command);
  return decision + "  esac\n";
}

std::string Bash(const CLI::App& app) {
  return fmt::format(R"(# source <({0} completion bash)
_{0}() {{
  local before="${{COMP_WORDS[*]:1:COMP_CWORD-1}}"
  local previous="${{COMP_WORDS[COMP_CWORD-1]}}" current="${{COMP_WORDS[COMP_CWORD]}}"
{1}  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$current")
}}
complete -o default -F _{0} {0}
)",
                     app.get_name(), Decision(app));
}

// Zsh reads a file of its function path when its function is first called: then it goes on to call
// what it has just read.
std::string Zsh(const CLI::App& app) {
  return fmt::format(R"(#compdef {0}
# As _{0} in a folder of fpath, or, behind compinit: source <({0} completion zsh)
_{0}() {{
  local before="${{words[2,CURRENT-1]}}"
  local previous="${{words[CURRENT-1]}}" current="${{words[CURRENT]}}"
{1}  if [[ -n "$candidates" ]]; then compadd -- ${{=candidates}}; else _files; fi
}}
if [[ "${{funcstack[1]}}" == _{0} ]]; then _{0}; else compdef _{0} {0}; fi
)",
                     app.get_name(), Decision(app));
}

using Script = std::string (*)(const CLI::App&);
const std::map<std::string, Script> kScripts = {{"bash", Bash}, {"fish", FishScript}, {"zsh", Zsh}};

}  // namespace

void AddCompletionOptions(CLI::App& command, CompletionOptions& options) {
  std::vector<std::string> shells;
  for (const auto& [shell, script] : kScripts) shells.push_back(shell);
  command.add_option("shell", options.shell)->required()->check(CLI::IsMember(shells));
}

std::string CompletionScript(const CLI::App& app, const std::string& shell) {
  return kScripts.at(shell)(app);
}

int RunCompletion(const CLI::App& app, const CompletionOptions& options) {
  std::cout << CompletionScript(app, options.shell);
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
