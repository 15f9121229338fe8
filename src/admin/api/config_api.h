// The part of the API that is about the configuration in force.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "admin/api_request.h"
#include "admin/views.h"
#include "control/config_order.h"

namespace synsplice {

// Carries an order to the control loop; nullopt: it does not answer.
using GiveOrder = std::function<std::optional<ConfigAnswer>(const ConfigOrder& order)>;

// What the request, whose path is one of the routes below, asks for; or what is wrong with it.
//   PUT /v1/config?version=N[&confirm=S][&dry_run=1]   POST /v1/reload?[confirm=S][&dry_run=1]
//   POST /v1/mode?service=NAME&mode=MODE   POST /v1/confirm   POST /v1/rollback   POST
//   /v1/drain?backend=E   POST /v1/enable?backend=E
std::variant<ConfigOrder, std::string> ParseOrder(const ApiRequest& request);

// {"version": n, "changes": [{key, before, after, live}, ...]}, or a problem with the changes.
ApiResponse ResponseTo(const std::optional<ConfigAnswer>& answer);

JsonValue ConfigView(const ConfigState& state);

// For the log and an event: "version 3 is in force, 2 changes: ~ key: 1 -> 2; ..."; or why not.
std::string LineOf(const ConfigAnswer& answer);

}  // namespace synsplice
