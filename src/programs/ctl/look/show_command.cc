#include "programs/ctl/look/show_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "programs/ctl/api_client.h"
#include "programs/ctl/json_table.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr const char* kConfig = "config";

struct View {
  std::string name;
  std::vector<JsonColumn> columns;  // none: it is one object
  std::string count;                // rows where this is 0 are left out
};

const std::vector<View>& Views() {
  static const std::vector<View> views = {
      {"backends",
       {{"backend"},
        {"up"},
        {"drained"},
        {"check.result", "check"},
        {"events.syns", "syns"},
        {"events.connections_opened", "opened"},
        {"events.refused", "refused"},
        {"events.silent", "silent"},
        {"answers.p50_ms", "p50_ms"},
        {"answers.p99_ms", "p99_ms"}},
       {}},
      {kConfig, {}, {}},
      {"drops", {{"reason"}, {"frames"}}, "frames"},
      {"ports",
       {{"port"},
        {"up"},
        {"received.frames", "received"},
        {"sent.frames", "sent"},
        {"missed"},
        {"prefilter.frames", "filtered"},
        {"received.errors", "errors"},
        {"link.mbit_per_second", "mbit/s"},
        {"waiting"},
        {"device"}},
       {}},
      {"services",
       {{"service"},
        {"mode"},
        {"detector.risk_percent", "risk_%"},
        {"events.syns", "syns"},
        {"events.cookies_valid", "valid"},
        {"events.connections_opened", "opened"},
        {"events.connlimit_rejections", "limited"},
        {"connections.established", "established"},
        {"last_second.p50_ms", "p50_ms"},
        {"last_second.p99_ms", "p99_ms"}},
       {}},
      {"status", {}, {}},
      {"version", {}, {}},
      {"workers", {{"worker"}, {"frames"}, {"busy"}, {"strangers_lost"}, {"heartbeat_age_ms"}}, {}},
  };
  return views;
}

// A configuration again, with what is known of it as a comment.
std::string ConfigText(const JsonValue& config) {
  const JsonValue& confirm = config["confirm_until"];
  return fmt::format(
      "# version {} of {}{}{}\n{}", config["version"].dump(),
      config["from_file"] ? "" : "the API, not of ", config["file"].get<std::string>(),
      confirm.is_null() ? "" : ", to be confirmed until " + confirm.get<std::string>(),
      config["text"].get<std::string>());
}

std::string TableOf(const View& view, JsonValue answer, bool all) {
  if (view.name == kConfig) return ConfigText(answer);
  if (view.columns.empty()) return JsonLines(answer);
  JsonValue rows = JsonValue::array();
  for (JsonValue& row : answer) {
    if (all || view.count.empty() || row[view.count] != 0) rows.push_back(std::move(row));
  }
  return JsonTable(rows, view.columns);
}

}  // namespace

void AddShowOptions(CLI::App& command, ShowOptions& options) {
  std::vector<std::string> names = TableNames();
  for (const View& view : Views()) names.push_back(view.name);
  std::ranges::sort(names);
  std::string& socket = options.lists.flows.socket;
  socket = kDefaultSocket;
  command.add_option("what", options.what)->required()->check(CLI::IsMember(names));
  command.add_option("--socket", socket, "admin.socket of the appliance")->capture_default_str();
  command.add_option("-o,--output", options.output, "for people or for programs")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command.add_flag("--all", options.all, "reasons that nothing was dropped for as well");
  AddTableOptions(command, options.lists);
}

int RunShow(const ShowOptions& options) {
  const bool json = options.output == "json";
  if (IsTable(options.what)) return RunShowTable(options.what, options.lists, json);
  const View& view = *std::ranges::find(Views(), options.what, &View::name);
  const ApiAnswer answer = AskApi(options.lists.flows.socket, {"/v1/" + view.name, {}});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  if (json) {
    std::cout << answer.body;
  } else {
    std::cout << TableOf(view, JsonValue::parse(answer.body), options.all);
  }
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
