#include "admin/api/flow_query.h"

#include <fmt/format.h>

#include <algorithm>

namespace synsplice {
namespace {

using Sentence = std::optional<std::string>;

constexpr size_t kMostFlows = 1000;

struct FlowReading {
  FlowQuery& query;
  const std::vector<ServiceState>& services;
};

Sentence ReadClient(const FlowReading& reading, const std::string& text) {
  FlowFilter& filter = reading.query.filter;
  if (const auto endpoint = ParseEndpoint(text)) {
    filter.client = {endpoint->address, endpoint->address.IsV4() ? uint8_t{32} : uint8_t{128}};
    filter.client_port = endpoint->port;
  } else if (const auto address = ParseAddress(text)) {
    filter.client = {*address, address->IsV4() ? uint8_t{32} : uint8_t{128}};
  } else if (const auto prefix = ParsePrefix(text)) {
    filter.client = {Mask(prefix->address, prefix->length), prefix->length};
  } else {
    return fmt::format("client: {} is no address, network or endpoint", text);
  }
  return {};
}

template <std::optional<VlanEndpoint> FlowFilter::*kField>
Sentence ReadEndpoint(const FlowReading& reading, const std::string& text) {
  reading.query.filter.*kField = ParseVlanEndpoint(text);
  if (reading.query.filter.*kField) return {};
  return fmt::format("{} is no endpoint, such as 198.18.0.1:80", text);
}

Sentence ReadService(const FlowReading& reading, const std::string& text) {
  reading.query.filter.service = NumberOfService(reading.services, text);
  if (reading.query.filter.service) return {};
  return fmt::format("there is no service {}", text);
}

Sentence ReadPhase(const FlowReading& reading, const std::string& text) {
  for (size_t i = 0; i < kPhaseCount; ++i) {
    if (text == Name(Phase(i))) reading.query.filter.phase = Phase(i);
  }
  if (reading.query.filter.phase) return {};
  return fmt::format("there is no phase {}", text);
}

Sentence ReadLimit(const FlowReading& reading, const std::string& text) {
  size_t& limit = reading.query.limit;
  if (ReadNumber(text, limit) && limit >= 1 && limit <= kMostFlows) return {};
  return fmt::format("limit: {} is no number from 1 to {}", text, kMostFlows);
}

Sentence ReadLeast(const FlowReading& reading, const std::string& text) {
  if (ReadNumber(text, reading.query.least)) return {};
  return fmt::format("least: {} is no number", text);
}

Sentence ReadCursor(const FlowReading& reading, const std::string& text) {
  const size_t dot = std::min(text.find('.'), text.size() - 1);
  const std::string_view all = text;
  FlowCursor& cursor = reading.query.cursor;
  if (!text.empty() && ReadNumber(all.substr(0, dot), cursor.worker) &&
      ReadNumber(all.substr(dot + 1), cursor.entry)) {
    return {};
  }
  return fmt::format("cursor: {} is none of ours", text);
}

struct Parameter {
  std::string_view name;
  Sentence (*read)(const FlowReading&, const std::string&);
};
constexpr Parameter kParameters[] = {
    {"client", ReadClient},   {"listener", ReadEndpoint<&FlowFilter::listener>},
    {"service", ReadService}, {"backend", ReadEndpoint<&FlowFilter::backend>},
    {"phase", ReadPhase},     {"least", ReadLeast},
    {"limit", ReadLimit},     {"cursor", ReadCursor},
};

}  // namespace

std::optional<uint16_t> NumberOfService(const std::vector<ServiceState>& services,
                                        std::string_view name) {
  // One that was removed may have had the name.
  auto found = std::ranges::find_if(services, [&](const ServiceState& service) {
    return !service.removed && service.name == name;
  });
  if (found == services.end()) found = std::ranges::find(services, name, &ServiceState::name);
  if (found == services.end()) return std::nullopt;
  return static_cast<uint16_t>(found - services.begin());
}

std::string FlowCursor::Text() const { return fmt::format("{}.{}", worker, entry); }

std::variant<FlowQuery, std::string> ParseFlowQuery(const ApiRequest::Query& query,
                                                    const std::vector<ServiceState>& services,
                                                    std::span<const std::string_view> known) {
  FlowQuery parsed;
  for (const auto& [name, text] : query) {
    if (std::ranges::find(known, name) == known.end()) {
      return fmt::format("there is no parameter {}", name);
    }
    const auto parameter = std::ranges::find(kParameters, name, &Parameter::name);
    if (auto sentence = parameter->read({parsed, services}, text)) return *sentence;
  }
  return parsed;
}

}  // namespace synsplice
