#include "programs/ctl/change/config_commands.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <regex>

#include "control/config_change.h"
#include "control/config_file.h"
#include "programs/ctl/api_client.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

std::string TextOrNone(const JsonValue& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string LineOf(const JsonValue& change) {
  const bool live = change["live"];
  return TextOf(ConfigChange{change["key"], TextOrNone(change["before"]),
                             TextOrNone(change["after"]), live}) +
         (live ? "" : " (takes a restart)");
}

void PrintChanges(const std::string& body) {
  const auto answer = JsonValue::parse(body, nullptr, false);
  if (!answer.is_object() || !answer.contains("changes")) return;
  for (const JsonValue& change : answer["changes"]) std::cout << LineOf(change) << "\n";
}

// A body has no name: its mistakes are told as those of the file that it came from.
std::string NamedAfter(std::string file, std::string trouble) {
  static const std::regex body("(^|\n|: )request:");
  for (size_t dollar = 0; (dollar = file.find('$', dollar)) != std::string::npos; dollar += 2) {
    file.insert(dollar, "$");
  }
  return std::regex_replace(trouble, body, "$1" + file + ":");
}

// The file instead of the appliance's own, to follow the version that is in force now.
ApiAnswer AskWithFile(const ReloadOptions& options, ApiQuestion question) {
  ConfigText read = ReadConfigFile(options.file);
  if (!read.error.empty()) return {{}, fmt::format("{}: {}", read.file, read.error)};
  const ApiAnswer now = AskApi(options.socket, {"/v1/config", {}});
  if (!now.trouble.empty()) return now;
  question.path = "/v1/config";
  question.method = "PUT";
  question.body = std::move(read.text);
  question.query.emplace_back("version", JsonValue::parse(now.body)["version"].dump());
  ApiAnswer answer = AskApi(options.socket, question);
  answer.trouble = NamedAfter(read.file, std::move(answer.trouble));
  return answer;
}

int SayVersion(const ApiAnswer& answer, const char* what) {
  if (!answer.trouble.empty()) return SayTrouble(answer);
  std::cout << "version " << JsonValue::parse(answer.body)["version"] << what << std::endl;
  return 0;
}

int Post(const ReloadOptions& options, const char* path) {
  return SayVersion(AskApi(options.socket, {path, {}, "POST"}), " is in force");
}

int PostAbout(const ReloadOptions& options, const char* path, const char* what) {
  const ApiAnswer answer = AskApi(options.socket, {path, {{"backend", options.backend}}, "POST"});
  if (!answer.trouble.empty()) return SayTrouble(answer);
  std::cout << options.backend << what << std::endl;
  return 0;
}

}  // namespace

void AddConfirmOptions(CLI::App& command, ReloadOptions& options) {
  options.socket = kDefaultSocket;
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
}

void AddReloadOptions(CLI::App& command, ReloadOptions& options) {
  command.add_option("file", options.file, "a configuration in place of the appliance's file");
  command.add_flag("--dry-run", options.dry_run, "change nothing");
  command.add_flag("--diff", options.diff, "print what changes, key by key");
  const std::map<std::string, unsigned> units = {{"s", 1}, {"m", 60}, {"h", 3600}};
  command.add_option("--confirm", options.confirm, "go back after so long without `confirm`")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME"));
  AddConfirmOptions(command, options);
}

int RunReload(const ReloadOptions& options) {
  ApiQuestion question{"/v1/reload", {}, "POST"};
  if (options.dry_run) question.query.emplace_back("dry_run", "1");
  if (options.confirm != 0) {
    question.query.emplace_back("confirm", std::to_string(options.confirm));
  }
  const ApiAnswer answer = options.file.empty() ? AskApi(options.socket, question)
                                                : AskWithFile(options, std::move(question));
  if (options.diff) PrintChanges(answer.body);
  return SayVersion(answer, options.dry_run ? " stays in force: a dry run" : " is in force");
}

int RunConfirm(const ReloadOptions& options) { return Post(options, "/v1/confirm"); }
int RunRollback(const ReloadOptions& options) { return Post(options, "/v1/rollback"); }

void AddDrainOptions(CLI::App& command, ReloadOptions& options) {
  command.add_option("backend", options.backend, "ADDRESS:PORT[@VID]")->required();
  AddConfirmOptions(command, options);
}

int RunDrain(const ReloadOptions& options) {
  return PostAbout(options, "/v1/drain", " gets no new connections");
}
int RunEnable(const ReloadOptions& options) {
  return PostAbout(options, "/v1/enable", " gets new connections");
}

}  // namespace synsplice
