#include "admin/live/live_text.h"

#include <fmt/format.h>

#include <iterator>

#include "admin/events/event_text.h"
#include "admin/views.h"

namespace synsplice {
namespace {

// Bounds the text of one stream: what remains comes when this has been sent.
constexpr size_t kAtOnce = 64;
constexpr size_t kSources = 20;

JsonValue DropsThatWere(const Snapshot& snapshot) {
  JsonValue drops = JsonValue::array();
  for (JsonValue& drop : DropsView(snapshot)) {
    if (drop["frames"] != 0) drops.push_back(std::move(drop));
  }
  return drops;
}

}  // namespace

std::string StatusMessage(const Snapshot& snapshot) {
  const JsonValue all = {
      {"status", StatusView(snapshot)},        {"services", ServicesView(snapshot)},
      {"backends", BackendsView(snapshot)},    {"ports", PortsView(snapshot)},
      {"workers", WorkersView(snapshot)},      {"drops", DropsThatWere(snapshot)},
      {"top", SourcesView(snapshot, kSources)}};
  return fmt::format("event: status\ndata: {}\n\n", JsonLine(all));
}

std::string EventMessages(const EventBook& events, uint64_t& after) {
  const JsonValue page = events.After(after, kAtOnce);
  after = page["last"];
  uint64_t number = after - page["events"].size();
  std::string text;
  for (const JsonValue& event : page["events"]) {
    fmt::format_to(std::back_inserter(text), "id: {}\nevent: event\ndata: {}\n\n", ++number,
                   JsonLine(event));
  }
  return text;
}

}  // namespace synsplice
