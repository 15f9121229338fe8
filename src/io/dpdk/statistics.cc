#include "io/dpdk/statistics.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

namespace synsplice {
namespace {

// Reason::kNone is no drop.
constexpr size_t kFirstReason = 1;

void AddLine(std::string& table, std::string_view label, uint64_t value) {
  fmt::format_to(std::back_inserter(table), "{:<28}{:>16}\n", label, value);
}

uint64_t Drops(const Statistics& statistics) {
  uint64_t sum = 0;
  for (size_t i = kFirstReason; i < kReasonCount; ++i) sum += statistics.drops[i];
  return sum;
}

}  // namespace

void Statistics::Add(const Counters& counters) {
  for (size_t i = 0; i < kEventCount; ++i) events[i] += counters.Get(static_cast<Event>(i));
  for (size_t i = 0; i < kReasonCount; ++i) drops[i] += counters.Get(static_cast<Reason>(i));
}

std::string Table(const Statistics& statistics) {
  std::string table;
  for (size_t i = 0; i < kEventCount; ++i) AddLine(table, kEventLabels[i], statistics.events[i]);
  for (size_t i = kFirstReason; i < kReasonCount; ++i) {
    if (statistics.drops[i] == 0) continue;
    AddLine(table, fmt::format("drops.{}", kReasonLabels[i]), statistics.drops[i]);
  }
  AddLine(table, "flows", statistics.flows);
  AddLine(table, "handshakes", statistics.handshakes);
  AddLine(table, "connlimit_places", statistics.connlimit_places);
  return table;
}

std::string Json(const Statistics& statistics) {
  nlohmann::ordered_json events, drops;
  for (size_t i = 0; i < kEventCount; ++i) {
    events[std::string(kEventLabels[i])] = statistics.events[i];
  }
  for (size_t i = kFirstReason; i < kReasonCount; ++i) {
    drops[std::string(kReasonLabels[i])] = statistics.drops[i];
  }
  const nlohmann::ordered_json document = {
      {"events", events},
      {"drops", drops},
      {"gauges",
       {{"flows", statistics.flows},
        {"handshakes", statistics.handshakes},
        {"connlimit_places", statistics.connlimit_places}}},
      {"workers", statistics.workers},
      {"duration_s", statistics.duration.count()},
  };
  return document.dump(2) + "\n";
}

std::string Summary(const Statistics& before, const Statistics& after) {
  const double seconds = (after.duration - before.duration).count();
  const auto rate = [&](Event event) {
    return static_cast<double>(after.Get(event) - before.Get(event)) / seconds;
  };
  return fmt::format(
      "outside {:.0f} pps, inside {:.0f} pps, cookies sent {:.0f}/s, valid {:.0f}/s, "
      "drops {:.0f}/s, flows {}, handshakes {}",
      rate(Event::kOutsideFrames), rate(Event::kInsideFrames), rate(Event::kCookiesSent),
      rate(Event::kCookiesValid), static_cast<double>(Drops(after) - Drops(before)) / seconds,
      after.flows, after.handshakes);
}

}  // namespace synsplice
