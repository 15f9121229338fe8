#include "programs/ctl/help/fish_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "programs/ctl/help/command_tree.h"

namespace synsplice {
namespace {

// In single quotes of fish.
std::string Quote(const std::string& text) {
  std::string quoted;
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return "'" + quoted + "'";
}

std::string FishOption(const OptionWords& option) {
  std::string words;
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    words += fmt::format(" {} {}", is_long ? "-l" : "-s", name.substr(is_long ? 2 : 1));
  }
  if (!option.choices.empty()) {
    words += fmt::format(" -x -a {}", Quote(fmt::format("{}", fmt::join(option.choices, " "))));
  } else if (option.takes_value) {
    words += " -r";
  }
  return words + " -d " + Quote(option.text);
}

// Before the first subcommand, or behind those of the path.
std::string Condition(const std::vector<std::string>& path) {
  if (path.empty()) return "__fish_use_subcommand";
  constexpr const char* kSeen = "__fish_seen_subcommand_from ";
  return fmt::format("{}{}", kSeen, fmt::join(path, fmt::format("; and {}", kSeen)));
}

class FishLines {
 public:
  explicit FishLines(const std::string& program) : program_(program) {}

  void Add(const std::vector<std::string>& path, const std::string& words) {
    lines_ += fmt::format("complete -c {} -n {}{}\n", program_, Quote(Condition(path)), words);
  }

  void Add(const CommandWords& command) {
    for (const OptionWords& option : command.options) Add(command.path, FishOption(option));
    if (!command.arguments.empty()) {
      const std::string arguments = fmt::format("{}", fmt::join(command.arguments, " "));
      Add(command.path, " -f -a " + Quote(arguments));
    }
    if (command.path.empty()) return;
    const std::vector<std::string> parent(command.path.begin(), command.path.end() - 1);
    Add(parent, fmt::format(" -f -a {} -d {}", command.path.back(), Quote(command.text)));
  }

  const std::string& lines() const { return lines_; }

 private:
  std::string program_;
  std::string lines_;
};

}  // namespace

std::string FishScript(const CLI::App& app) {
  FishLines script(app.get_name());
  for (const CommandWords& command : WordsOf(app)) script.Add(command);
  return fmt::format("# {} completion fish | source\n{}", app.get_name(), script.lines());
}

}  // namespace synsplice
