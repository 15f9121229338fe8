#include "programs/ctl/change/list_commands.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "programs/ctl/api_client.h"
#include "programs/ctl/json_table.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;
using Query = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kEntries = "/v1/lists/entries";

int Print(const ListOptions& options, const JsonValue& rows,
          const std::vector<JsonColumn>& columns) {
  if (options.output == "json") {
    std::cout << rows.dump(2) << "\n";
  } else {
    std::cout << JsonTable(rows, columns);
  }
  return std::cout.flush() ? 0 : 1;
}

int ShowLists(const ListOptions& options) {
  const ApiAnswer answer = AskApi(options.socket, {"/v1/lists", {}});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  return Print(options, JsonValue::parse(answer.body),
               {{"list"}, {"tier"}, {"in_file"}, {"entries"}, {"hits"}, {"file"}});
}

// Page after page.
int ShowEntries(const ListOptions& options) {
  JsonValue rows = JsonValue::array(), next;
  do {
    Query query = {{"list", options.list}, {"limit", "1000"}};
    if (next.is_string()) query.emplace_back("after", next);
    const ApiAnswer answer = AskApi(options.socket, {kEntries, query});
    if (!answer.trouble.empty()) return SayTrouble(answer);
    JsonValue page = JsonValue::parse(answer.body);
    for (JsonValue& entry : page["entries"]) rows.push_back(std::move(entry));
    next = page["next"];
  } while (!next.is_null());
  return Print(options, rows, {{"prefix"}, {"expires"}, {"banned_by"}});
}

int Show(const ListOptions& options) {
  return options.list.empty() ? ShowLists(options) : ShowEntries(options);
}

int Test(const ListOptions& options) {
  const ApiAnswer answer =
      AskApi(options.socket, {"/v1/lists/test", {{"address", options.address}}});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  const JsonValue matches = JsonValue::parse(answer.body)["matches"];
  if (matches.empty() && options.output != "json") {
    std::cout << options.address << " is on no list" << std::endl;
    return 0;
  }
  return Print(options, matches,
               {{"list"}, {"tier"}, {"prefix"}, {"from"}, {"expires"}, {"banned_by"}});
}

int Change(const ListOptions& options, const char* method, Query query, const std::string& done) {
  query.emplace_back("list", options.list);
  const ApiAnswer answer = AskApi(options.socket, {kEntries, std::move(query), method});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  std::cout << done << std::endl;
  return 0;
}

int Add(const ListOptions& options) {
  Query query = {{"prefix", options.prefix}};
  if (options.ttl != 0) query.emplace_back("ttl", std::to_string(options.ttl));
  return Change(options, "POST", query, options.prefix + " is on " + options.list);
}

int Delete(const ListOptions& options) {
  return Change(options, "DELETE", {{"prefix", options.prefix}},
                options.prefix + " is taken off " + options.list);
}

int Flush(const ListOptions& options) {
  return Change(options, "DELETE", {{"all", "1"}},
                options.list + " has no entries but those of its file");
}

CLI::App& AddCommand(CLI::App& to, ListOptions& options, const char* name, const char* text,
                     int (*run)(const ListOptions&)) {
  CLI::App* command = to.add_subcommand(name, text);
  command->callback([&options, run] { options.run = [&options, run] { return run(options); }; });
  command->add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
  return *command;
}

void AddOutput(CLI::App& command, ListOptions& options) {
  command.add_option("-o,--output", options.output, "for people or for programs")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

void AddEntryOptions(CLI::App& command, ListOptions& options) {
  command.add_option("list", options.list, "its name")->required();
  command.add_option("prefix", options.prefix, "address or network")->required();
}

}  // namespace

void AddListOptions(CLI::App& command, ListOptions& options) {
  options.socket = kDefaultSocket;
  command.require_subcommand(1);
  CLI::App& add = AddCommand(command, options, "add", "put a client or network on a list", Add);
  AddEntryOptions(add, options);
  const std::map<std::string, unsigned> units = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  add.add_option("--ttl", options.ttl, "for so long; without it for good")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME"));
  AddEntryOptions(AddCommand(command, options, "del", "take one off again", Delete), options);
  AddCommand(command, options, "flush", "take all off that are in no file", Flush)
      .add_option("list", options.list, "its name")
      ->required();
  CLI::App& show = AddCommand(command, options, "show", "tell the lists, or who is on one", Show);
  show.add_option("list", options.list, "its name");
  AddOutput(show, options);
  CLI::App& test = AddCommand(command, options, "test", "tell which lists hold an address", Test);
  test.add_option("address", options.address)->required();
  AddOutput(test, options);
}

}  // namespace synsplice
