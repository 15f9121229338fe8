#include "programs/ctl/look/flow_commands.h"

#include <iostream>

#include "programs/ctl/api_pages.h"
#include "programs/ctl/json_table.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

}  // namespace

ApiQuestion QuestionOf(const FlowOptions& options, const std::string& path) {
  ApiQuestion question{path, {}};
  const std::pair<const char*, const std::string*> filters[] = {{"client", &options.client},
                                                                {"listener", &options.listener},
                                                                {"service", &options.service},
                                                                {"backend", &options.backend},
                                                                {"phase", &options.phase}};
  for (const auto& [name, value] : filters) {
    if (!value->empty()) question.query.emplace_back(name, *value);
  }
  return question;
}

namespace {

void AddSocket(CLI::App& command, FlowOptions& options) {
  options.socket = kDefaultSocket;
  command.add_option("--socket", options.socket, "admin.socket of the appliance")
      ->capture_default_str();
}

}  // namespace

ApiAnswer CollectFlows(const FlowOptions& options, JsonValue& flows) {
  flows = JsonValue::array();
  return ForEachPage(options.socket, QuestionOf(options), options.limit, [&](JsonValue& page) {
    for (JsonValue& flow : page["flows"]) flows.push_back(std::move(flow));
    return page["flows"].size();
  });
}

void AddFlowFilters(CLI::App& command, FlowOptions& options) {
  command.add_option("--client", options.client, "address, network or ADDRESS:PORT");
  command.add_option("--listener", options.listener, "ADDRESS:PORT[@VID] of the service");
  command.add_option("--service", options.service, "name of the service");
  command.add_option("--backend", options.backend, "ADDRESS:PORT[@VID] of the backend");
  command.add_option("--phase", options.phase, "such as established or waiting");
}

void AddExplainFlowOptions(CLI::App& command, FlowOptions& options) {
  command.add_option("client", options.client, "ADDRESS:PORT of the client, or its address")
      ->required();
  AddSocket(command, options);
}

int RunExplainFlow(const FlowOptions& options) {
  JsonValue flows;
  const ApiAnswer end = CollectFlows(options, flows);
  if (!end.trouble.empty()) return SayTrouble(end);
  for (const JsonValue& flow : flows) {
    std::cout << (&flow == &flows.front() ? "" : "\n") << JsonLines(flow);
  }
  if (flows.empty()) std::cout << "no connection of " << options.client << " is known\n";
  return std::cout.flush() ? 0 : 1;
}

void AddClearOptions(CLI::App& command, FlowOptions& options) {
  command.add_option("client", options.client, "as --client");
  AddFlowFilters(command, options);
  AddSocket(command, options);
}

int RunClearFlows(const FlowOptions& options) {
  ApiQuestion question = QuestionOf(options);
  question.method = "DELETE";
  size_t cleared = 0;
  const ApiAnswer end = ForEachPage(options.socket, question, SIZE_MAX, [&](JsonValue& page) {
    cleared += page["cleared"].get<size_t>();
    return size_t{0};
  });
  if (end.trouble.empty() || cleared != 0) {
    std::cout << cleared << (cleared == 1 ? " flow" : " flows") << " cleared" << std::endl;
  }
  if (!end.trouble.empty()) return SayTrouble(end);
  return std::cout.flush() ? 0 : 1;
}

}  // namespace synsplice
