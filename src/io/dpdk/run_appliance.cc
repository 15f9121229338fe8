#include "io/dpdk/run_appliance.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "control/memory_plan.h"
#include "control/secret_file.h"
#include "io/dpdk/appliance.h"
#include "io/file/output_file.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

// What the size of the core's tables follows from.
constexpr const char* kTableKeys =
    "flow_table.entries, handshake.slots, connlimit_table.entries, workers";

void LogToStderr() {
  auto logger = spdlog::stderr_logger_mt("synsplice");
  logger->set_pattern("%n: %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

SipKey ReadSecret(const char* key, const std::string& path) {
  auto loaded = LoadSecret(path);
  if (const auto* sentence = std::get_if<std::string>(&loaded)) {
    throw StartError(fmt::format("{}: {}", key, *sentence));
  }
  const SipKey secret = std::get<SipKey>(loaded);
  explicit_bzero(&std::get<SipKey>(loaded), sizeof(SipKey));
  return secret;
}

Statistics OpenAndRun(Reloader& reloader, const RunOptions& options) {
  const PortsConfig& ports = reloader.config().ports;
  // DPDK's threads get no more than is left.
  DropPrivileges(std::array{ports.outside, ports.inside});
  Appliance appliance(reloader, options.eal_arguments);
  return appliance.Run(options.duration_s);
}

// Answers whether it was written.
bool WriteJson(const Statistics& statistics, OutputFile& file) {
  std::fputs(Json(statistics).c_str(), file.stream());
  const std::string why = file.Commit();
  if (!why.empty()) spdlog::error("the final counters are lost: {}", why);
  return why.empty();
}

// Answers the exit status.
int Run(Reloader& reloader, const RunOptions& options) {
  std::optional<OutputFile> json;
  if (!options.json_file.empty()) {
    auto created = OutputFile::Create(options.json_file);
    if (const auto* sentence = std::get_if<std::string>(&created)) throw StartError(*sentence);
    json.emplace(std::get<OutputFile>(std::move(created)));
  }
  const Statistics statistics = OpenAndRun(reloader, options);
  fmt::print("{}", Table(statistics));
  return !json || WriteJson(statistics, *json) ? 0 : 1;
}

}  // namespace

int RunAppliance(LoadedConfig loaded, const RunOptions& options) {
  ApplianceConfig& config = loaded.config;
  LogToStderr();
  try {
    config.core.cookie.secret = ReadSecret("cookie.secret_file", config.secret_file);
    if (config.admin.listen.port != 0) {
      config.admin.token = DigitsOf(ReadSecret("admin.token_file", config.admin.token_file));
    }
    Reloader reloader(options.config_file, std::move(loaded.text), config);
    return Run(reloader, options);
  } catch (const StartError& error) {
    spdlog::error("{}", error.what());
  } catch (const std::bad_alloc&) {
    spdlog::error("no {} MiB of memory for the tables: {}", PlanMemory(config).tables >> 20,
                  kTableKeys);
  }
  return 1;
}

}  // namespace synsplice
