// Everything that needs no DPDK and no root: check a configuration, replay and explain captures.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "control/check_command.h"
#include "control/config_loader.h"
#include "control/secret_file.h"
#include "io/pcap/explain.h"
#include "io/pcap/merged_capture.h"
#include "io/pcap/output_capture.h"
#include "programs/command_line.h"

namespace synsplice {
namespace {

struct ReplayOptions {
  std::string config;
  std::string outside;
  std::string inside;
  std::string out;
  uint64_t seed = 1;
};

int Fail(const std::string& sentence) {
  fmt::print(stderr, "synsplicectl: {}\n", sentence);
  return 1;
}

// The core's part of the configuration, its secret set; or what is wrong, to be told to the user.
std::variant<Config, std::string> LoadCore(const ReplayOptions& options) {
  LoadedConfig loaded = LoadConfig(options.config);
  if (!loaded.ok()) return Render(loaded.diagnostics.front());
  Config config = std::move(loaded.config.core);
  if (loaded.config.secret_file.empty()) {
    config.cookie.secret = CookieSecretFrom(options.seed);
    return config;
  }
  const auto secret = LoadSecret(loaded.config.secret_file);
  if (const auto* error = std::get_if<std::string>(&secret)) return *error;
  config.cookie.secret = std::get<SipKey>(secret);
  return config;
}

// A capture that is overwritten while it is read would be lost.
bool OverwritesInput(const ReplayOptions& options) {
  std::error_code ignored;
  return std::filesystem::equivalent(options.out, options.outside, ignored) ||
         std::filesystem::equivalent(options.out, options.inside, ignored);
}

// What a replay reads.
struct Input {
  MergedCapture capture;
  Policy policy;
};

std::variant<Input, std::string> OpenInput(const ReplayOptions& options) {
  auto config = LoadCore(options);
  if (const auto* error = std::get_if<std::string>(&config)) return *error;
  auto capture = MergedCapture::Open(options.outside, options.inside);
  if (const auto* error = std::get_if<std::string>(&capture)) return *error;
  return Input{std::get<MergedCapture>(std::move(capture)),
               Policy(std::get<Config>(std::move(config)))};
}

// Feeds the whole capture; answers what stopped it early, empty: nothing did.
std::string Play(MergedCapture& capture, Replay& replay) {
  while (const auto frame = capture.Next()) replay.Feed(*frame);
  return capture.error();
}

int RunReplay(const ReplayOptions& options) {
  if (OverwritesInput(options)) return Fail("--out names a capture that is to be read");
  auto opened = OpenInput(options);
  if (const auto* error = std::get_if<std::string>(&opened)) return Fail(*error);
  auto& [capture, policy] = std::get<Input>(opened);
  auto created = OutputCapture::Create(options.out);
  if (const auto* error = std::get_if<std::string>(&created)) return Fail(*error);
  OutputCapture& output = *std::get<std::unique_ptr<OutputCapture>>(created);
  Replay replay(policy, HashKeyFrom(options.seed), capture.start(), output);
  const std::string error = Play(capture, replay);
  if (!output.Flush()) return Fail(fmt::format("cannot write all of {}", options.out));
  return error.empty() ? 0 : Fail(error);
}

int RunExplain(const ReplayOptions& options) {
  auto opened = OpenInput(options);
  if (const auto* error = std::get_if<std::string>(&opened)) return Fail(*error);
  auto& [capture, policy] = std::get<Input>(opened);
  Explain explain(policy, capture.start(), stdout);
  Replay replay(policy, HashKeyFrom(options.seed), capture.start(), explain);
  const std::string error = Play(capture, replay);
  explain.Summarise(replay.proxy());
  return error.empty() ? 0 : Fail(error);
}

void AddReplayOptions(CLI::App& command, ReplayOptions& options) {
  command.add_option("--config", options.config, "the configuration")->required();
  auto* captures = command.add_option_group("captures");
  captures->add_option("--outside", options.outside, "capture of what arrived outside");
  captures->add_option("--inside", options.inside, "capture of what arrived inside");
  captures->require_option(1, 2);
  command
      .add_option("--seed", options.seed, "keys the hashes, and the cookies without secret_file")
      ->capture_default_str();
}

int Run(int argc, char** argv) {
  CLI::App app("Inspects configurations and captures for synsplice.", "synsplicectl");
  app.set_version_flag("--version", "synsplicectl " SYNSPLICE_VERSION);
  app.require_subcommand(1);
  std::string file;
  ReplayOptions options;
  CLI::App* check = app.add_subcommand("check", "tell whether a configuration is good");
  check->add_option("file", file, "the configuration")->required();
  CLI::App* replay = app.add_subcommand("replay", "play captures through the core");
  AddReplayOptions(*replay, options);
  replay->add_option("--out", options.out, "capture of what leaves either side")->required();
  CLI::App* explain = app.add_subcommand("explain", "tell what the core does with each frame");
  AddReplayOptions(*explain, options);
  if (const auto ended = ParseCommandLine(app, argc, argv)) return *ended;
  if (*check) return RunCheck(file);
  return *replay ? RunReplay(options) : RunExplain(options);
}

}  // namespace
}  // namespace synsplice

int main(int argc, char** argv) { return synsplice::Run(argc, argv); }
