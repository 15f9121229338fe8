#include "admin/api/table_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "admin/api/flow_view.h"
#include "admin/api/table_view.h"

namespace synsplice {
namespace {

using Kind = Request::Kind;
using Names = std::span<const std::string_view>;

template <typename Record>
using View = JsonValue (*)(const FlowDesk::PageOf<Record>& page, const Snapshot& snapshot);

template <typename Record>
ApiResponse Answer(const FlowDesk::PageOf<Record>& page, const Snapshot& snapshot,
                   View<Record> view) {
  return page.silent ? Silence(*page.silent) : JsonResponse(view(page, snapshot));
}

ApiResponse Flows(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk& desk) {
  return Answer(desk.Collect(Kind::kListFlows, query), snapshot, FlowsView);
}

ApiResponse Handshakes(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk& desk) {
  return Answer(desk.Collect(Kind::kListHandshakes, query), snapshot, HandshakesView);
}

ApiResponse Limits(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk& desk) {
  return Answer(desk.Collect(Kind::kListLimits, query, &Reply::limits), snapshot, LimitsView);
}

ApiResponse Neighbours(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk& desk) {
  return Answer(desk.Collect(Kind::kListNeighbours, query, &Reply::neighbours), snapshot,
                NeighboursView);
}

ApiResponse Promises(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk& desk) {
  return Answer(desk.Collect(Kind::kListPromises, query, &Reply::promises), snapshot, PromisesView);
}

ApiResponse Top(const FlowQuery& query, const Snapshot& snapshot, const FlowDesk&) {
  return JsonResponse(SourcesView(snapshot, query.limit, query.filter.service));
}

constexpr std::string_view kHandshakes[] = {"client",  "listener", "backend",
                                            "service", "limit",    "cursor"};
constexpr std::string_view kLimits[] = {"client", "service", "least", "limit", "cursor"};
constexpr std::string_view kNeighbours[] = {"limit", "cursor"};
constexpr std::string_view kPromises[] = {"listener", "service", "limit", "cursor"};
constexpr std::string_view kTop[] = {"service", "limit"};

struct List {
  std::string_view path;
  Names parameters;
  ApiResponse (*answer)(const FlowQuery&, const Snapshot&, const FlowDesk&);
};
constexpr List kLists[] = {
    {"/v1/flows", kFlowParameters, Flows}, {"/v1/handshakes", kHandshakes, Handshakes},
    {"/v1/limits", kLimits, Limits},       {"/v1/neighbours", kNeighbours, Neighbours},
    {"/v1/promises", kPromises, Promises}, {"/v1/top", kTop, Top},
};

}  // namespace

ApiResponse Silence(size_t worker, size_t cleared) {
  std::string detail = fmt::format("worker {} does not answer", worker);
  if (cleared != 0) detail += fmt::format("; {} flows were cleared before", cleared);
  return Problem(503, "Service Unavailable", detail);
}

ApiResponse AnswerTable(const ApiRequest& request, const Snapshot& snapshot, const FlowDesk& desk) {
  const auto list = std::ranges::find(kLists, request.path, &List::path);
  if (list == std::end(kLists)) {
    return Problem(404, "Not Found", fmt::format("there is no {}", request.path));
  }
  const auto parsed = ParseFlowQuery(request.query, snapshot.services, list->parameters);
  if (const auto* sentence = std::get_if<std::string>(&parsed)) {
    return Problem(400, "Bad Request", *sentence);
  }
  return list->answer(std::get<FlowQuery>(parsed), snapshot, desk);
}

}  // namespace synsplice
