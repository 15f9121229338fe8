// The views of `show` that come in pages: flows, handshakes, limits, neighbours, promises; and the
// sources of SYNs.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "programs/ctl/look/flow_commands.h"

namespace synsplice {

struct TableOptions {
  FlowOptions flows;   // the filters, of which each list knows some
  uint32_t least = 0;  // connections of a network that `limits` tells
};

void AddTableOptions(CLI::App& command, TableOptions& options);

std::vector<std::string> TableNames();
bool IsTable(const std::string& what);

// `json`: the API's own objects; else a table. REQUIRES: IsTable(what).
int RunShowTable(const std::string& what, const TableOptions& options, bool json);

}  // namespace synsplice
