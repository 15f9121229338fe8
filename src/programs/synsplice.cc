// The DPDK appliance.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "io/dpdk/run_appliance.h"
#include "io/host/signals.h"
#include "programs/command_line.h"

namespace synsplice {
namespace {

constexpr unsigned kMaxDuration = 1'000'000'000;  // seconds

void Describe(CLI::App& app, RunOptions& options) {
  app.add_option("--config", options.config_file, "configuration file (YAML)")->required();
  app.add_option("--duration", options.duration_s, "end after so many seconds")
      ->check(CLI::Range(1u, kMaxDuration));
  app.add_option("--json", options.json_file, "write the final counters to this file");
  app.set_version_flag("--version", "synsplice " SYNSPLICE_VERSION);
  app.footer("Everything after -- is passed to DPDK's EAL as it stands.");
}

int Run(const RunOptions& options) {
  LoadedConfig loaded = LoadConfig(options.config_file, Purpose::kStart);
  std::cerr << Render(loaded);
  return loaded.ok() ? RunAppliance(std::move(loaded), options) : 1;
}

int Main(int argc, char** argv) {
  BlockControlSignals();
  char** const end = std::find(argv, argv + argc, std::string_view("--"));
  RunOptions options;
  if (end != argv + argc) options.eal_arguments.assign(end + 1, argv + argc);
  CLI::App app("A transparent SYN proxy in front of TCP servers.", "synsplice");
  Describe(app, options);
  const auto ended = ParseCommandLine(app, static_cast<int>(end - argv), argv);
  return ended ? *ended : Run(options);
}

}  // namespace
}  // namespace synsplice

int main(int argc, char** argv) { return synsplice::Main(argc, argv); }
