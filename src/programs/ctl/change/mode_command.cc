#include "programs/ctl/change/mode_command.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "control/config_change.h"
#include "programs/ctl/api_client.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

// What the configuration says.
constexpr const char* kConfigured = "configured";

std::vector<std::string> Choices() {
  std::vector<std::string> choices(std::begin(kModeNames), std::end(kModeNames));
  choices.emplace_back(kConfigured);
  return choices;
}

int Tell(const ModeOptions& options) {
  const ApiAnswer answer = AskApi(options.socket, {"/v1/services", {}});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  for (const JsonValue& service : JsonValue::parse(answer.body)) {
    if (service["service"] != options.service) continue;
    std::cout << options.service << " is in mode " << service["mode"].get<std::string>()
              << std::endl;
    return 0;
  }
  std::cerr << "synsplicectl: there is no service '" << options.service << "'\n";
  return 1;
}

}  // namespace

void AddModeOptions(CLI::App& command, ModeOptions& options) {
  options.socket = kDefaultSocket;
  command.add_option("service", options.service, "name of the service")->required();
  command.add_option("mode", options.mode, "the one to switch to; without it: tell which it is")
      ->check(CLI::IsMember(Choices()));
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
}

int RunMode(const ModeOptions& options) {
  if (options.mode.empty()) return Tell(options);
  const ApiAnswer answer = AskApi(
      options.socket, {"/v1/mode", {{"service", options.service}, {"mode", options.mode}}, "POST"});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  return Tell(options);
}

}  // namespace synsplice
