#include "admin/api/api.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/api/flow_view.h"
#include "admin/metrics.h"
#include "admin/views.h"

namespace synsplice {
namespace {

// A control loop or a worker that has not been heard for so long stands still.
constexpr Milliseconds kStandsStill{5000};

using Latest = Api::Latest;

ApiResponse Text(unsigned status, std::string body) {
  return {status, "text/plain; charset=utf-8", std::move(body), {}};
}

// What stands still, as a sentence; empty: nothing.
std::string WhatStandsStill(const Latest& latest) {
  if (latest.age > kStandsStill) return "the control loop stands still\n";
  const auto& workers = latest.snapshot->statistics.workers;
  for (size_t i = 0; i < workers.size(); ++i) {
    if (workers[i].heartbeat_age > kStandsStill) return fmt::format("worker {} stands still\n", i);
  }
  return {};
}

ApiResponse Health(const Latest& latest) {
  std::string trouble = WhatStandsStill(latest);
  if (!trouble.empty()) return Text(503, std::move(trouble));
  const std::string& failure = latest.snapshot->config.failure;
  return Text(200, failure.empty() ? "ok\n" : "ok, but the latest reload has failed:\n" + failure);
}

// Whether traffic passes.
ApiResponse Readiness(const Latest& latest) {
  if (std::string trouble = WhatStandsStill(latest); !trouble.empty()) {
    return Text(503, std::move(trouble));
  }
  for (const PortState& port : latest.snapshot->ports) {
    if (!port.up) return Text(503, fmt::format("port {} is down\n", port.name));
  }
  return Text(200, "ready\n");
}

ApiResponse Metrics(const Latest& latest) {
  return {200, "text/plain; version=0.0.4; charset=utf-8", MetricsText(*latest.snapshot), {}};
}

template <JsonValue (*kView)(const Snapshot&)>
ApiResponse View(const Latest& latest) {
  return JsonResponse(kView(*latest.snapshot));
}

ApiResponse Config(const Latest& latest) {
  return JsonResponse(ConfigView(latest.snapshot->config));
}

// " client=198.18.0.1", one for each parameter.
std::string TextOf(const ApiRequest::Query& query) {
  std::string text;
  for (const auto& [name, value] : query) text += fmt::format(" {}={}", name, value);
  return text;
}

constexpr std::string_view kEvents = "/v1/events";
constexpr std::string_view kAboutLists = "/v1/lists/";

struct Route {
  std::string_view path;
  ApiResponse (*answer)(const Latest&);  // nullptr: not from the snapshot alone
  std::string_view methods = "GET, HEAD";
};
constexpr Route kRoutes[] = {
    {"/healthz", Health},
    {"/metrics", Metrics},
    {"/readyz", Readiness},
    {"/v1/backends", View<BackendsView>},
    {"/v1/config", Config, "GET, HEAD, PUT"},
    {"/v1/confirm", nullptr, "POST"},
    {"/v1/drain", nullptr, "POST"},
    {"/v1/drops", View<DropsView>},
    {"/v1/enable", nullptr, "POST"},
    {"/v1/events", nullptr},
    {"/v1/events/stream", nullptr},
    {"/v1/flows", nullptr, "GET, HEAD, DELETE"},
    {"/v1/lists", View<ListsView>},
    {"/v1/lists/entries", nullptr, "GET, HEAD, POST, DELETE"},
    {"/v1/lists/test", nullptr},
    {"/v1/ports", View<PortsView>},
    {"/v1/reload", nullptr, "POST"},
    {"/v1/rollback", nullptr, "POST"},
    {"/v1/services", View<ServicesView>},
    {"/v1/status", View<StatusView>},
    {"/v1/version", View<VersionView>},
    {"/v1/workers", View<WorkersView>},
};

bool Knows(const Route& route, std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "PUT", "POST", "DELETE"};
  return std::ranges::find(kMethods, method) != std::end(kMethods) &&
         route.methods.find(method) != std::string_view::npos;
}

ApiResponse MethodProblem(const Route& route, std::string_view method) {
  ApiResponse problem =
      Problem(405, "Method Not Allowed",
              fmt::format("{} knows {}, not {}", route.path, route.methods, method));
  problem.allow = route.methods;
  return problem;
}

ApiResponse Silence(size_t worker, size_t cleared = 0) {
  std::string detail = fmt::format("worker {} does not answer", worker);
  if (cleared != 0) detail += fmt::format("; {} flows were cleared before", cleared);
  return Problem(503, "Service Unavailable", detail);
}

ApiResponse Stream(const ApiRequest& request, uint64_t after) {
  ApiResponse stream{200, "text/event-stream", {}, {}};
  if (request.method != "HEAD") stream.stream_after = after;
  return stream;
}

}  // namespace

ApiResponse Api::Answer(const ApiRequest& request) const {
  const auto route = std::ranges::find(kRoutes, request.path, &Route::path);
  if (route == std::end(kRoutes)) {
    return Problem(404, "Not Found", fmt::format("there is no {}", request.path));
  }
  if (!Knows(*route, request.method)) return MethodProblem(*route, request.method);
  const Latest latest = latest_();
  if (!latest.snapshot) return Problem(503, "Service Unavailable", "synsplice is starting");
  if (request.path.starts_with(kAboutLists)) {
    const Time now = latest.snapshot->taken + latest.age;
    return AnswerAboutLists(desks_.lists, request, now, audit_);
  }
  if (request.method == "PUT" || request.method == "POST") return AnswerOrder(request);
  if (route->answer) return route->answer(latest);
  if (request.path.starts_with(kEvents)) return AnswerEvents(request);
  return AnswerFlows(request, *latest.snapshot);
}

ApiResponse Api::AnswerEvents(const ApiRequest& request) const {
  uint64_t after = 0;
  for (const auto& [name, text] : request.query) {
    if (name != "after") {
      return Problem(400, "Bad Request", fmt::format("there is no parameter {}", name));
    }
    if (!ReadNumber(text, after)) {
      return Problem(400, "Bad Request", fmt::format("after: {} is no number", text));
    }
  }
  return request.path == kEventStream ? Stream(request, after) : JsonResponse(events_.After(after));
}

ApiResponse Api::AnswerFlows(const ApiRequest& request, const Snapshot& snapshot) const {
  const auto parsed = ParseFlowQuery(request.query, snapshot.services);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    return Problem(400, "Bad Request", *sentence);
  }
  const auto& query = std::get<FlowQuery>(parsed);
  if (request.method == "DELETE") return ClearFlows(request, query);
  const FlowDesk::Page page = desks_.flows.Collect(Request::Kind::kListFlows, query);
  return page.silent ? Silence(*page.silent) : JsonResponse(FlowsView(page, snapshot.services));
}

// Each of them leaves a line, whether it has changed something or not.
ApiResponse Api::AnswerOrder(const ApiRequest& request) const {
  const bool operates = request.path == "/v1/drain" || request.path == "/v1/enable";
  if (request.role < (operates ? Role::kOperate : Role::kAdmin)) {
    return Problem(403, "Forbidden",
                   operates ? "only operators may drain backends"
                            : "only root and our own user may change the configuration");
  }
  const auto parsed = ParseOrder(request);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    return Problem(400, "Bad Request", *sentence);
  }
  const auto& order = std::get<ConfigOrder>(parsed);
  const std::optional<ConfigAnswer> answer = orders_(order);
  if (answer && !order.dry_run) {
    audit_(fmt::format("{} asks {} {}{}: {}", request.who, request.method, request.path,
                       TextOf(request.query), LineOf(*answer)));
  }
  return ResponseTo(answer);
}

// Whoever wants all of them names all services.
ApiResponse Api::ClearFlows(const ApiRequest& request, const FlowQuery& query) const {
  if (request.role < Role::kOperate) {
    return Problem(403, "Forbidden", "only operators may clear flows");
  }
  if (query.filter == FlowFilter()) {
    return Problem(400, "Bad Request", "say which: client, listener, backend, service or phase");
  }
  const FlowDesk::Page page = desks_.flows.Collect(Request::Kind::kClearFlows, query);
  // Of a table that takes several pages most have nothing to clear.
  if (!page.rows.empty()) {
    audit_(fmt::format("{} clears flows{}: {} cleared", request.who, TextOf(request.query),
                       page.rows.size()));
  }
  if (page.silent) return Silence(*page.silent, page.rows.size());
  return JsonResponse({{"cleared", page.rows.size()},
                       {"cursor", page.next ? JsonValue(page.next->Text()) : JsonValue()}});
}

}  // namespace synsplice
