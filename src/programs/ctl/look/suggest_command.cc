#include "programs/ctl/look/suggest_command.h"

#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "programs/ctl/api_client.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr int64_t kMinute = 60, kHour = 3600, kDay = 24 * kHour;

std::string DurationText(int64_t seconds) {
  if (seconds < kHour) return fmt::format("{} min", seconds / kMinute);
  return seconds < 2 * kDay ? fmt::format("{} h", seconds / kHour)
                            : fmt::format("{} days", seconds / kDay);
}

// {rate: 3/s, burst: 5}, as YAML has it on one line.
std::string FlowText(const JsonValue& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return value.dump();
  std::string text;
  for (const auto& [key, item] : value.items()) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, FlowText(item));
  }
  return "{" + text + "}";
}

// What was measured for a limit.
std::string MeasuredFor(const std::string& limit, const JsonValue& measured) {
  const auto of = [&](const char* name) { return measured[name].dump(); };
  if (limit == "syn_limit" || limit == "accept_limit") {
    return fmt::format("usual: up to {} SYN/s over a minute, {} in a second{}",
                       of("syns_per_second_of_a_minute"), of("syns_per_second"),
                       limit == "syn_limit"
                           ? ""
                           : fmt::format("; {} % make no connection", of("incomplete_percent")));
  }
  if (limit == "connlimit") {
    return fmt::format("usual: up to about {} connections of one network, by its share of SYNs",
                       of("source_connections"));
  }
  if (limit == "adaptive") {
    return fmt::format("usual: up to {} SYN/s in a second, {} % of them make no connection",
                       of("syns_per_second"), of("incomplete_percent"));
  }
  return fmt::format("usual: up to {} SYN/s of one network, over ten seconds",
                     of("source_syns_per_second"));
}

std::string LimitText(const std::string& name, const JsonValue& limit, const JsonValue& measured) {
  if (limit.is_null()) return fmt::format("    # {}: nothing was measured for it\n", name);
  std::string text = fmt::format("    # {}\n", MeasuredFor(name, measured));
  if (name != "adaptive") return text + fmt::format("    {}: {}\n", name, FlowText(limit));
  text += "    adaptive:\n";
  for (const auto& [threshold, value] : limit.items()) {
    text += fmt::format("      {}: {}\n", threshold, FlowText(value));
  }
  return text;
}

std::string ServiceText(const JsonValue& service) {
  const auto learned = service["learned_s"].get<int64_t>();
  std::string text = fmt::format("  - name: {}\n    # learned for {}", FlowText(service["service"]),
                                 DurationText(learned));
  const JsonValue& suggested = service["suggested"];
  if (suggested.is_null()) {
    return text + (service["learning"].get<bool>() ? ": too little, ask again later\n"
                                                   : ": hardly a SYN came, nothing to suggest\n");
  }
  text += learned < kDay ? "; a whole day tells more\n" : "\n";
  for (const auto& [name, limit] : suggested.items()) {
    text += LimitText(name, limit, service["measured"]);
  }
  return text;
}

}  // namespace

void AddSuggestOptions(CLI::App& command, SuggestOptions& options) {
  options.socket = kDefaultSocket;
  command.add_option("service", options.service, "name of the service; without it: all");
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
  command.add_option("-o,--output", options.output, "for a configuration or for programs")
      ->check(CLI::IsMember({"yaml", "json"}))
      ->capture_default_str();
}

std::string SuggestText(const JsonValue& services) {
  std::string text =
      "# Three times of what is usual: put into the services of the configuration.\n"
      "services:\n";
  for (const JsonValue& service : services) text += ServiceText(service);
  return text;
}

int RunSuggest(const SuggestOptions& options) {
  const ApiAnswer answer = AskApi(options.socket, {"/v1/suggest", {}});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  JsonValue chosen = JsonValue::array();
  for (JsonValue& service : JsonValue::parse(answer.body)) {
    const bool is_chosen = options.service.empty() || service["service"] == options.service;
    if (is_chosen) chosen.push_back(std::move(service));
  }
  if (chosen.empty() && !options.service.empty()) {
    std::cerr << "synsplicectl: there is no service '" << options.service << "'\n";
    return 1;
  }
  std::cout << (options.output == "json" ? chosen.dump(2) + "\n" : SuggestText(chosen));
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
