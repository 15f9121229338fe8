#include "programs/ctl/look/events_command.h"

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "programs/ctl/api_client.h"

namespace synsplice {
namespace {

// As often as the appliance looks at itself.
constexpr std::chrono::seconds kAskAgain{1};

// A line each.
bool Print(const nlohmann::ordered_json& events) {
  for (const auto& event : events) std::cout << event.dump() << "\n";
  return static_cast<bool>(std::cout.flush());
}

}  // namespace

void AddEventsOptions(CLI::App& command, EventsOptions& options) {
  options.socket = kDefaultSocket;
  command.add_flag("-f,--follow", options.follow, "go on, until it is ended");
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
}

int RunEvents(const EventsOptions& options) {
  uint64_t after = 0;
  for (;;) {
    const ApiAnswer answer =
        AskApi(options.socket, {"/v1/events", {{"after", std::to_string(after)}}});
    if (!answer.trouble.empty()) return SayTrouble(answer);
    const auto page = nlohmann::ordered_json::parse(answer.body);
    after = page["last"];
    if (!Print(page["events"])) return 1;
    if (!options.follow) return 0;
    std::this_thread::sleep_for(kAskAgain);
  }
}

}  // namespace synsplice
