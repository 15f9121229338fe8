#include "programs/diagnosis/doctor_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "control/config_loader.h"
#include "io/host/start_error.h"
#include "programs/ctl/api_client.h"
#include "programs/diagnosis/metrics_text.h"
#include "programs/diagnosis/running_findings.h"
#include "system/system_check.h"

namespace synsplice {
namespace {

using enum Finding::Level;

void Append(Findings more, Findings& findings) {
  std::ranges::move(more, std::back_inserter(findings));
}

nlohmann::json Ask(const std::string& socket, const char* path) {
  const ApiAnswer answer = AskApi(socket, {path, {}});
  return answer.trouble.empty() ? nlohmann::json::parse(answer.body) : nlohmann::json();
}

// One of another version may answer otherwise.
Findings JudgeRunning(const std::string& socket, const std::string& metrics) {
  const double lost = MetricOf(metrics, "synsplice_events_suppressed_total");
  try {
    return JudgeAppliance({Ask(socket, "/v1/status"), Ask(socket, "/v1/ports"),
                           Ask(socket, "/v1/workers"), Ask(socket, "/v1/backends"),
                           Ask(socket, "/v1/drops"), static_cast<uint64_t>(lost)});
  } catch (const nlohmann::json::exception&) {
    return {{kWrong, "appliance", "it answers otherwise than this synsplicectl understands",
             "synsplicectl show version"}};
  }
}

// Answers whether the appliance does.
bool ExamineAppliance(const std::string& socket, Findings& findings) {
  const ApiAnswer metrics = AskApi(socket, {"/metrics", {}});
  if (!metrics.trouble.empty()) {
    findings.push_back({kWrong, "appliance", metrics.trouble, "systemctl start synsplice"});
    return false;
  }
  findings.push_back({kGood, "appliance", "it answers at " + socket, ""});
  Append(JudgeRunning(socket, metrics.body), findings);
  return true;
}

// Where nobody can be asked, that is a finding.
bool CanBeAsked(const DoctorOptions& options, const LoadedConfig& loaded, Findings& findings) {
  if (!loaded.ok() || !options.socket.empty() || !loaded.config.admin.socket.empty()) return true;
  findings.push_back({kHint, "appliance", "has no admin.socket: it cannot be asked", ""});
  return false;
}

void ExamineMachine(const ApplianceConfig& config, bool running, Findings& findings) {
  try {
    Append(running ? ExamineRunningSystem(config) : ExamineSystem(config), findings);
  } catch (const StartError& error) {
    findings.push_back({kWrong, "machine", error.what(), ""});
  }
}

const char* NameOf(Finding::Level level) {
  return level == kGood ? "ok" : level == kHint ? "hint" : "wrong";
}

std::string Json(const Findings& findings) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& [level, about, sentence, remedy] : findings) {
    rows.push_back(
        {{"level", NameOf(level)}, {"about", about}, {"sentence", sentence}, {"remedy", remedy}});
  }
  return rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

void AddApplianceOptions(CLI::App& command, DoctorOptions& options) {
  command.add_option("file", options.file, "the configuration")->capture_default_str();
  command.add_option("--socket", options.socket, "of the appliance; without it admin.socket");
}

void AddDoctorOptions(CLI::App& command, DoctorOptions& options) {
  AddApplianceOptions(command, options);
  command.add_option("-o,--output", options.output, "for people or for programs")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

std::string SocketOf(const DoctorOptions& options, const std::string& configured) {
  if (!options.socket.empty()) return options.socket;
  return configured.empty() ? kDefaultSocket : configured;
}

Findings Examine(const DoctorOptions& options) {
  const LoadedConfig loaded = LoadConfig(options.file, Purpose::kStart);
  Findings findings;
  const bool running = CanBeAsked(options, loaded, findings) &&
                       ExamineAppliance(SocketOf(options, loaded.config.admin.socket), findings);
  if (!loaded.ok()) {
    const std::string mistakes = Render(loaded);
    findings.push_back({kWrong, "configuration", mistakes.substr(0, mistakes.find('\n')),
                        "synsplicectl check " + options.file});
    return findings;
  }
  findings.push_back({kGood, "configuration", options.file + " is good", ""});
  ExamineMachine(loaded.config, running, findings);
  return findings;
}

int RunDoctor(const DoctorOptions& options) {
  const Findings findings = Examine(options);
  std::cout << (options.output == "json" ? Json(findings) : Render(findings));
  return std::cout.flush() && !AnyWrong(findings) ? 0 : 1;
}

}  // namespace synsplice
