#include "io/dpdk/run_appliance.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <fstream>
#include <new>

#include "control/secret_file.h"
#include "io/dpdk/appliance.h"
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

Statistics OpenAndRun(const ApplianceConfig& config, const RunOptions& options) {
  const sigset_t signals = EndSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Appliance appliance(config, options.eal_arguments);
  return appliance.Run(options.duration_s);
}

// Answers whether it was written.
bool WriteJson(const Statistics& statistics, const std::string& path) {
  std::ofstream file(path);
  file << Json(statistics);
  file.close();
  if (!file) spdlog::error("the file \"{}\" cannot be written", path);
  return file.good();
}

}  // namespace

int RunAppliance(ApplianceConfig config, const RunOptions& options) {
  LogToStderr();
  const auto secret = LoadSecret(config.secret_file);
  if (const auto* sentence = std::get_if<std::string>(&secret)) {
    spdlog::error("{}", *sentence);
    return 1;
  }
  config.core.cookie.secret = std::get<SipKey>(secret);
  try {
    const Statistics statistics = OpenAndRun(config, options);
    fmt::print("{}", Table(statistics));
    return options.json_file.empty() || WriteJson(statistics, options.json_file) ? 0 : 1;
  } catch (const StartError& error) {
    spdlog::error("{}", error.what());
  } catch (const std::bad_alloc&) {
    spdlog::error("no memory for the tables: {}", kTableKeys);
  }
  return 1;
}

}  // namespace synsplice
