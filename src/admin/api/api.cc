#include "admin/api/api.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/api/capture_query.h"
#include "admin/api/table_api.h"
#include "admin/metrics/metrics.h"
#include "admin/suggest_view.h"
#include "admin/views.h"
#include "text/printable.h"

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
  return Printable(text);
}

std::optional<Address> Single(const std::optional<Prefix>& clients) {
  if (!clients) return std::nullopt;
  const auto& [address, length] = *clients;
  if (length != (address.IsV4() ? 32 : 128)) return std::nullopt;
  return address;
}

constexpr std::string_view kEvents = "/v1/events";
constexpr std::string_view kCapture = "/v1/capture";
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
    {"/v1/capture", nullptr, "POST"},
    {"/v1/config", Config, "GET, HEAD, PUT"},
    {"/v1/confirm", nullptr, "POST"},
    {"/v1/drain", nullptr, "POST"},
    {"/v1/drops", View<DropsView>},
    {"/v1/enable", nullptr, "POST"},
    {"/v1/events", nullptr},
    {"/v1/events/stream", nullptr},
    {"/v1/flows", nullptr, "GET, HEAD, DELETE"},
    {"/v1/handshakes", nullptr},
    {"/v1/limits", nullptr},
    {"/v1/lists", View<ListsView>},
    {"/v1/lists/entries", nullptr, "GET, HEAD, POST, DELETE"},
    {"/v1/lists/test", nullptr},
    {"/v1/mode", nullptr, "POST"},
    {"/v1/neighbours", nullptr},
    {"/v1/ports", View<PortsView>},
    {"/v1/promises", nullptr},
    {"/v1/reload", nullptr, "POST"},
    {"/v1/rollback", nullptr, "POST"},
    {"/v1/services", View<ServicesView>},
    {"/v1/status", View<StatusView>},
    {"/v1/suggest", View<SuggestView>},
    {"/v1/top", nullptr},
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
  if (request.path == kCapture) return Capture(request, *latest.snapshot);
  if (request.path.starts_with(kAboutLists)) {
    const Time now = latest.snapshot->taken + latest.age;
    return AnswerAboutLists(desks_.lists, request, now, [this](auto line, const auto& clients) {
      audit_({std::move(line), Single(clients)});
    });
  }
  if (request.method == "PUT" || request.method == "POST") return AnswerOrder(request);
  if (route->answer) return route->answer(latest);
  if (request.path.starts_with(kEvents)) return AnswerEvents(request);
  if (request.method == "DELETE") return ClearFlows(request, *latest.snapshot);
  return AnswerTable(request, *latest.snapshot, desks_.flows);
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

// Each of them leaves a line, whether it has changed something or not.
ApiResponse Api::AnswerOrder(const ApiRequest& request) const {
  constexpr std::string_view kOperates[] = {"/v1/drain", "/v1/enable", "/v1/mode"};
  const bool operates = std::ranges::find(kOperates, request.path) != std::end(kOperates);
  if (request.role < (operates ? Role::kOperate : Role::kAdmin)) {
    return Problem(403, "Forbidden",
                   operates ? "only operators may drain backends and switch modes"
                            : "only root and our own user may change the configuration");
  }
  const auto parsed = ParseOrder(request);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    return Problem(400, "Bad Request", *sentence);
  }
  const auto& order = std::get<ConfigOrder>(parsed);
  const std::optional<ConfigAnswer> answer = orders_(order);
  if (answer && !order.dry_run) {
    const std::string line =
        fmt::format("{} asks {} {}{}: {}", request.who, request.method, request.path,
                    TextOf(request.query), Printable(LineOf(*answer)));
    audit_(Change{line, {}});
  }
  return ResponseTo(answer);
}

// It shows what clients and servers say to each other: not for everybody who operates.
ApiResponse Api::Capture(const ApiRequest& request, const Snapshot& snapshot) const {
  if (request.role < Role::kAdmin) {
    return Problem(403, "Forbidden", "only root and our own user may capture");
  }
  if (!captures_) return Problem(503, "Service Unavailable", "nobody captures here");
  if (request.body.size() > kLongestCaptureQuery) {
    return Problem(413, "Content Too Large",
                   fmt::format("no order may have more than {} bytes", kLongestCaptureQuery));
  }
  auto order = ParseCapture(request, snapshot.services);
  if (const auto* sentence = std::get_if<std::string>(&order)) {
    return Problem(400, "Bad Request", *sentence);
  }
  CaptureAnswer answer = captures_(std::get<CaptureOrder>(order));
  if (const auto* refusal = std::get_if<CaptureRefusal>(&answer)) {
    return refusal->is_busy ? Problem(409, "Conflict", refusal->sentence)
                            : Problem(400, "Bad Request", refusal->sentence);
  }
  ApiResponse response{200, "application/x-pcapng", {}, {}};
  response.source = std::get<std::shared_ptr<ByteSource>>(std::move(answer));
  return response;
}

// Whoever wants all of them names all services.
ApiResponse Api::ClearFlows(const ApiRequest& request, const Snapshot& snapshot) const {
  if (request.role < Role::kOperate) {
    return Problem(403, "Forbidden", "only operators may clear flows");
  }
  const auto parsed = ParseFlowQuery(request.query, snapshot.services);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    return Problem(400, "Bad Request", *sentence);
  }
  const auto& query = std::get<FlowQuery>(parsed);
  if (query.filter == FlowFilter()) {
    return Problem(400, "Bad Request", "say which: client, listener, backend, service or phase");
  }
  const FlowDesk::Page page = desks_.flows.Collect(Request::Kind::kClearFlows, query);
  // Of a table that takes several pages most have nothing to clear.
  if (!page.rows.empty()) {
    const std::string line = fmt::format("{} clears flows{}: {} cleared", request.who,
                                         TextOf(request.query), page.rows.size());
    audit_(Change{line, Single(query.filter.client)});
  }
  if (page.silent) return Silence(*page.silent, page.rows.size());
  return JsonResponse({{"cleared", page.rows.size()},
                       {"cursor", page.next ? JsonValue(page.next->Text()) : JsonValue()}});
}

}  // namespace synsplice
