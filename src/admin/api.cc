#include "admin/api.h"

#include <fmt/format.h>

#include <algorithm>

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
  return trouble.empty() ? Text(200, "ok\n") : Text(503, std::move(trouble));
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
  return {200, "application/json", kView(*latest.snapshot).dump(2) + "\n", {}};
}

struct Route {
  std::string_view path;
  ApiResponse (*answer)(const Latest&);
};
constexpr Route kRoutes[] = {
    {"/healthz", Health},
    {"/metrics", Metrics},
    {"/readyz", Readiness},
    {"/v1/drops", View<DropsView>},
    {"/v1/ports", View<PortsView>},
    {"/v1/services", View<ServicesView>},
    {"/v1/status", View<StatusView>},
    {"/v1/version", View<VersionView>},
    {"/v1/workers", View<WorkersView>},
};

}  // namespace

ApiResponse Api::Problem(unsigned status, std::string_view title, std::string_view detail) {
  const JsonValue problem = {
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  // What a client has sent may be no UTF-8.
  return {status,
          "application/problem+json",
          problem.dump(2, ' ', false, JsonValue::error_handler_t::replace) + "\n",
          {}};
}

ApiResponse Api::Answer(std::string_view method, std::string_view path) const {
  const auto route = std::ranges::find(kRoutes, path, &Route::path);
  if (route == std::end(kRoutes)) {
    return Problem(404, "Not Found", fmt::format("there is no {}", path));
  }
  if (method != "GET" && method != "HEAD") {
    ApiResponse problem = Problem(405, "Method Not Allowed",
                                  fmt::format("{} knows GET and HEAD, not {}", path, method));
    problem.allow = "GET, HEAD";
    return problem;
  }
  const Latest latest = latest_();
  if (!latest.snapshot) return Problem(503, "Service Unavailable", "synsplice is starting");
  return route->answer(latest);
}

}  // namespace synsplice
