#include "programs/ctl/look/show_tables.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <string_view>

#include "programs/ctl/api_pages.h"
#include "programs/ctl/json_table.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

struct TableKind {
  std::string name;  // of the view, of its address, of the array in its pages
  std::vector<JsonColumn> columns;
  std::string most = {};  // rows with the most of it come first, of all that there are
};

constexpr const char* kSources = "sources";

const std::vector<TableKind>& TableKinds() {
  static const std::vector<TableKind> kinds = {
      {"flows", {{"client"}, {"service"}, {"backend"}, {"phase"}, {"idle_s"}}},
      {"handshakes",
       {{"client"}, {"service"}, {"backend"}, {"age_ms"}, {"retries"}, {"held_frames", "held"}},
       "age_ms"},
      {"limits", {{"network"}, {"service"}, {"connections"}, {"above"}}, "connections"},
      {"neighbours", {{"address"}, {"vlans"}, {"mac"}, {"state"}, {"learned_ms"}, {"unused_ms"}}},
      {"promises",
       {{"listener"},
        {"worker"},
        {"now.mss", "mss"},
        {"now.window_scale", "wscale"},
        {"now.sack", "sack"},
        {"now.timestamps", "ts"},
        {"now.ecn", "ecn"},
        {"next.mss", "next_mss"},
        {"next.window_scale", "next_wscale"}}},
      {kSources, {{"source"}, {"service"}, {"syns"}, {"error"}}},
  };
  return kinds;
}

void KeepMost(const std::string& field, size_t count, JsonValue& rows) {
  const auto more = [&](const JsonValue& a, const JsonValue& b) { return a[field] > b[field]; };
  std::stable_sort(rows.begin(), rows.end(), more);
  if (rows.size() > count)
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end());
}

ApiAnswer CollectSources(const TableOptions& options, JsonValue& rows) {
  ApiQuestion question = QuestionOf(options.flows, "/v1/top");
  question.query.emplace_back("limit", std::to_string(options.flows.limit));
  ApiAnswer answer = AskApi(options.flows.socket, question);
  if (answer.trouble.empty()) rows = JsonValue::parse(answer.body);
  return answer;
}

ApiAnswer Collect(const TableKind& list, const TableOptions& options, JsonValue& rows) {
  if (list.name == kSources) return CollectSources(options, rows);
  ApiQuestion question = QuestionOf(options.flows, "/v1/" + list.name);
  if (options.least != 0) question.query.emplace_back("least", std::to_string(options.least));
  const size_t limit = list.most.empty() ? options.flows.limit : SIZE_MAX;
  ApiAnswer end = ForEachPage(options.flows.socket, question, limit, [&](JsonValue& page) {
    for (JsonValue& row : page[list.name]) rows.push_back(std::move(row));
    return page[list.name].size();
  });
  if (!list.most.empty()) KeepMost(list.most, options.flows.limit, rows);
  return end;
}

}  // namespace

void AddTableOptions(CLI::App& command, TableOptions& options) {
  CLI::App* filters = command.add_option_group("lists", "which flows, handshakes, limits ...");
  AddFlowFilters(*filters, options.flows);
  filters->add_option("--least", options.least, "limits: networks with so many connections");
  filters->add_option("--limit", options.flows.limit, "so many at most")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str();
}

std::vector<std::string> TableNames() {
  std::vector<std::string> names;
  for (const TableKind& list : TableKinds()) names.push_back(list.name);
  return names;
}

bool IsTable(const std::string& what) {
  return std::ranges::find(TableKinds(), what, &TableKind::name) != TableKinds().end();
}

int RunShowTable(const std::string& what, const TableOptions& options, bool json) {
  const TableKind& list = *std::ranges::find(TableKinds(), what, &TableKind::name);
  JsonValue rows = JsonValue::array();
  const ApiAnswer end = Collect(list, options, rows);
  if (!end.trouble.empty()) return SayTrouble(end);
  if (json) {
    std::cout << rows.dump(2) << "\n";
  } else {
    std::cout << JsonTable(rows, list.columns);
  }
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
