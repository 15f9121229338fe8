// Which flows a client of the API asks for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "admin/api_request.h"
#include "admin/snapshot.h"
#include "synsplice/state/request.h"

namespace synsplice {

// Where a page ends and the next one begins.
struct FlowCursor {
  size_t worker = 0;
  uint32_t entry = 0;

  // "0.2048"
  std::string Text() const;
};

struct FlowQuery {
  FlowFilter filter;
  uint32_t least = 0;  // connections of a network that is told
  size_t limit = 100;  // flows, or whatever it is, of a page
  FlowCursor cursor;
};

// nullopt: there is none of this name.
std::optional<uint16_t> NumberOfService(const std::vector<ServiceState>& services,
                                        std::string_view name);
inline constexpr std::string_view kFlowParameters[] = {"client", "listener", "backend", "service",
                                                       "phase",  "limit",    "cursor"};

// client (address, network or endpoint), listener, backend (endpoints), service, phase (names),
// least (a number), limit, cursor, those of them that are `known`; or one sentence about what is
// wrong.
std::variant<FlowQuery, std::string> ParseFlowQuery(
    const ApiRequest::Query& query, const std::vector<ServiceState>& services,
    std::span<const std::string_view> known = kFlowParameters);

}  // namespace synsplice
