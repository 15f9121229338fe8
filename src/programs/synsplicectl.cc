// Everything but the packets: checks a configuration, replays and explains captures, shows what a
// running appliance does.
#include <CLI/CLI.hpp>
#include <string>

#include "control/check_command.h"
#include "programs/command_line.h"
#include "programs/ctl/show_command.h"
#include "programs/replay_command.h"
#include "system/system_check.h"

namespace synsplice {
namespace {

int Run(int argc, char** argv) {
  CLI::App app("Inspects configurations, captures and a running synsplice.", "synsplicectl");
  app.set_version_flag("--version", "synsplicectl " SYNSPLICE_VERSION);
  app.require_subcommand(1);
  std::string file;
  ReplayOptions options;
  CLI::App* check = app.add_subcommand("check", "tell whether a configuration is good");
  check->add_option("file", file, "the configuration")->required();
  bool system = false;
  check->add_flag("--system", system, "examine this machine as well: would synsplice start here?");
  CLI::App* replay = app.add_subcommand("replay", "play captures through the core");
  AddReplayOptions(*replay, options);
  CLI::App* explain = app.add_subcommand("explain", "tell what the core does with each frame");
  AddExplainOptions(*explain, options);
  ShowOptions show_options;
  CLI::App* show = app.add_subcommand("show", "tell what a running synsplice does");
  AddShowOptions(*show, show_options);
  if (const auto ended = ParseCommandLine(app, argc, argv)) return *ended;
  if (*show) return RunShow(show_options);
  if (*check) return system ? RunSystemCheck(file) : RunCheck(file);
  return *replay ? RunReplay(options) : RunExplain(options);
}

}  // namespace
}  // namespace synsplice

int main(int argc, char** argv) { return synsplice::Run(argc, argv); }
