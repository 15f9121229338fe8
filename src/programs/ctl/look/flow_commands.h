// The subcommands about single connections of a running appliance.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "programs/ctl/api_client.h"

namespace synsplice {

// Which connections; what is empty does not matter.
struct FlowOptions {
  std::string client, listener, service, backend, phase;
  std::string socket;
  size_t limit = 100;  // flows that are shown
};

// An array of the API's objects, as many as the options let through. Answers the trouble, if any.
ApiAnswer CollectFlows(const FlowOptions& options, nlohmann::ordered_json& flows);

void AddFlowFilters(CLI::App& command, FlowOptions& options);

// `json`: the API's own objects; else a table.
int RunShowFlows(const FlowOptions& options, bool json);

// All that is known of the client's connections: `explain flow CLIENT`.
void AddExplainFlowOptions(CLI::App& command, FlowOptions& options);
int RunExplainFlow(const FlowOptions& options);

// Ends connections: `clear flow`.
void AddClearOptions(CLI::App& command, FlowOptions& options);
int RunClearFlows(const FlowOptions& options);

}  // namespace synsplice
