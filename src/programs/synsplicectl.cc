// Everything but the packets: checks a configuration, replays and explains captures, shows what a
// running appliance does, tells what its counters mean.
#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "control/check_command.h"
#include "programs/command_line.h"
#include "programs/ctl/capture/capture_command.h"
#include "programs/ctl/change/config_commands.h"
#include "programs/ctl/change/init_command.h"
#include "programs/ctl/change/list_commands.h"
#include "programs/ctl/change/mode_command.h"
#include "programs/ctl/help/completion_command.h"
#include "programs/ctl/help/why_command.h"
#include "programs/ctl/look/events_command.h"
#include "programs/ctl/look/flow_commands.h"
#include "programs/ctl/look/show_command.h"
#include "programs/ctl/look/suggest_command.h"
#include "programs/ctl/look/top_command.h"
#include "programs/diagnosis/doctor_command.h"
#include "programs/diagnosis/support_bundle_command.h"
#include "programs/diagnosis/timeline_command.h"
#include "programs/replay_command.h"
#include "system/system_check.h"

namespace synsplice {
namespace {

constexpr const char* kVersion = "synsplicectl " SYNSPLICE_VERSION;

constexpr const char* kFooter =
    "Exit status: 0 all went well, 1 a configuration or a run is at fault, 2 the\n"
    "command line is.";

// The subcommands, and what each does when it is the one of the command line.
class Subcommands {
 public:
  explicit Subcommands(CLI::App& app) : app_(app) {}

  CLI::App& Add(const char* name, const char* text, std::function<int()> run) {
    CLI::App* command = app_.add_subcommand(name, text);
    runs_.emplace_back(command, std::move(run));
    return *command;
  }

  // REQUIRES: the command line was parsed, and one subcommand is required.
  int RunChosen() const {
    for (const auto& [command, run] : runs_) {
      if (command->parsed()) return run();
    }
    return kUsageError;
  }

 private:
  CLI::App& app_;
  std::vector<std::pair<const CLI::App*, std::function<int()>>> runs_;
};

int Print(const std::string& text) {
  std::cout << text;
  return std::cout.flush() ? 0 : 1;
}

struct Options {
  CheckOptions check;
  bool system = false;   // of check
  ReplayOptions replay;  // of explain as well
  ShowOptions show;
  SuggestOptions suggest;
  EventsOptions events;
  TimelineOptions timeline;
  DoctorOptions doctor;
  SupportBundleOptions bundle;
  TopOptions top;
  FlowOptions flow;  // of `explain flow` and `clear flow`
  bool explains_flow = false;
  CaptureOptions capture;
  ListOptions list;
  ReloadOptions reload;  // of confirm and rollback as well
  ModeOptions mode;
  WhyOptions why;
  InitOptions init;
  CompletionOptions completion;
  std::string topic;  // of help; empty: the program
};

void AddConfigurations(Subcommands& subcommands, Options& options) {
  AddInitOptions(subcommands.Add("init", "make a configuration to start from",
                                 [&] { return RunInit(options.init); }),
                 options.init);
  CLI::App& check = subcommands.Add("check", "tell whether a configuration is good", [&] {
    return options.system ? RunSystemCheck(options.check.file) : RunCheck(options.check);
  });
  check.add_option("file", options.check.file, "the configuration")->required();
  CLI::Option* system = check.add_flag("--system", options.system,
                                       "examine this machine as well: would synsplice start here?");
  check
      .add_flag("--json", options.check.json,
                "print findings and the configuration with all defaults as JSON")
      ->excludes(system);
  check
      .add_option("--require", options.check.rules,
                  "rules of the site that it must keep, a JSON Schema")
      ->option_text("RULES")
      ->excludes(system);
}

// A connection of a running appliance takes neither configuration nor capture.
void AddExplainFlow(CLI::App& explain, Options& options) {
  CLI::App* flow = explain.add_subcommand("flow", "tell all about a client's connections");
  AddExplainFlowOptions(*flow, options.flow);
  flow->preparse_callback([&](size_t) {
    options.explains_flow = true;
    explain.get_option("--config")->required(false);
    explain.get_option_group("captures")->require_option(0, 2);
  });
}

void AddCaptures(Subcommands& subcommands, Options& options) {
  AddReplayOptions(subcommands.Add("replay", "play captures through the core",
                                   [&] { return RunReplay(options.replay); }),
                   options.replay);
  CLI::App& explain = subcommands.Add("explain", "tell what the core does with each frame", [&] {
    return options.explains_flow ? RunExplainFlow(options.flow) : RunExplain(options.replay);
  });
  AddExplainOptions(explain, options.replay);
  AddExplainFlow(explain, options);
}

void AddReload(Subcommands& subcommands, ReloadOptions& options) {
  AddReloadOptions(subcommands.Add("reload", "give a running synsplice another configuration",
                                   [&] { return RunReload(options); }),
                   options);
  AddConfirmOptions(subcommands.Add("confirm", "keep what `reload --confirm` has brought",
                                    [&] { return RunConfirm(options); }),
                    options);
  AddConfirmOptions(subcommands.Add("rollback", "go back to the configuration before",
                                    [&] { return RunRollback(options); }),
                    options);
  AddDrainOptions(subcommands.Add("drain", "give a backend no new connections",
                                  [&] { return RunDrain(options); }),
                  options);
  AddDrainOptions(subcommands.Add("enable", "give a backend new connections again",
                                  [&] { return RunEnable(options); }),
                  options);
}

void AddOperation(Subcommands& subcommands, Options& options) {
  AddShowOptions(subcommands.Add("show", "tell what a running synsplice does",
                                 [&] { return RunShow(options.show); }),
                 options.show);
  AddSuggestOptions(subcommands.Add("suggest", "tell limits that fit what is usual",
                                    [&] { return RunSuggest(options.suggest); }),
                    options.suggest);
  AddTopOptions(
      subcommands.Add("top", "watch a running synsplice", [&] { return RunTop(options.top); }),
      options.top);
  AddEventsOptions(subcommands.Add("events", "tell what has happened to a running synsplice",
                                   [&] { return RunEvents(options.events); }),
                   options.events);
  CLI::App& clear = subcommands.Add("clear", "end connections of a running synsplice",
                                    [&] { return RunClearFlows(options.flow); });
  AddClearOptions(*clear.require_subcommand(1)->add_subcommand("flow", "those of a client, or all"),
                  options.flow);
  AddCaptureOptions(subcommands.Add("capture", "show frames as they are judged",
                                    [&] { return RunCapture(options.capture); }),
                    options.capture);
  AddListOptions(subcommands.Add("list", "tell or change who is on the lists of clients",
                                 [&] { return options.list.run(); }),
                 options.list);
  AddReload(subcommands, options.reload);
  AddModeOptions(subcommands.Add("mode", "tell or switch the mode of a service",
                                 [&] { return RunMode(options.mode); }),
                 options.mode);
  AddWhyOptions(subcommands.Add("why", "tell what a counter means, and what to do",
                                [&] { return RunWhy(options.why); }),
                options.why);
}

void AddDiagnosis(Subcommands& subcommands, Options& options) {
  AddDoctorOptions(subcommands.Add("doctor", "examine a running synsplice and its machine",
                                   [&] { return RunDoctor(options.doctor); }),
                   options.doctor);
  AddSupportBundleOptions(subcommands.Add("support-bundle", "collect what others need to help",
                                          [&] { return RunSupportBundle(options.bundle); }),
                          options.bundle);
  AddTimelineOptions(subcommands.Add("timeline", "tell from logs what one client did",
                                     [&] { return RunTimeline(options.timeline); }),
                     options.timeline);
}

// The app itself would show the help of the subcommand that was parsed, `help`.
std::string HelpOf(const CLI::App& app, const std::string& topic) {
  const CLI::App& command = topic.empty() ? app : *app.get_subcommand(topic);
  const std::string name = app.get_name() + (topic.empty() ? "" : " " + topic);
  return app.get_formatter()->make_help(&command, name, CLI::AppFormatMode::Normal);
}

// Last: they know the others.
void AddMeta(CLI::App& app, Subcommands& subcommands, Options& options) {
  AddCompletionOptions(subcommands.Add("completion", "print what completes commands in a shell",
                                       [&] { return RunCompletion(app, options.completion); }),
                       options.completion);
  subcommands.Add("version", "print the version",
                  [] { return Print(std::string(kVersion) + "\n"); });
  CLI::App& help = subcommands.Add("help", "print this help, or that of a subcommand",
                                   [&] { return Print(HelpOf(app, options.topic)); });
  std::vector<std::string> topics;
  for (const CLI::App* command : app.get_subcommands({})) topics.push_back(command->get_name());
  help.add_option("subcommand", options.topic, "one of those; without it: this program")
      ->check(CLI::IsMember(topics))
      ->option_text(" ");
}

int Run(int argc, char** argv) {
  CLI::App app("Inspects configurations, captures and a running synsplice.", "synsplicectl");
  app.set_version_flag("--version", kVersion);
  app.footer(kFooter);
  app.require_subcommand(1);
  Options options;
  Subcommands subcommands(app);
  AddConfigurations(subcommands, options);
  AddCaptures(subcommands, options);
  AddOperation(subcommands, options);
  AddDiagnosis(subcommands, options);
  AddMeta(app, subcommands, options);
  if (const auto ended = ParseCommandLine(app, argc, argv)) return *ended;
  return subcommands.RunChosen();
}

}  // namespace
}  // namespace synsplice

int main(int argc, char** argv) { return synsplice::Run(argc, argv); }
