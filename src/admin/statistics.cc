#include "admin/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace synsplice {
namespace {

// Reason::kNone is no drop.
constexpr size_t kFirstReason = 1;

void AddLine(std::string& table, std::string_view label, uint64_t value) {
  fmt::format_to(std::back_inserter(table), "{:<28}{:>16}\n", label, value);
}

// One alone has the counters for itself.
void AddWorkers(std::string& table, const Statistics& statistics) {
  if (statistics.workers.size() == 1) return;
  for (size_t i = 0; i < statistics.workers.size(); ++i) {
    AddLine(table, fmt::format("worker_{}.frames", i), statistics.workers[i].frames);
    AddLine(table, fmt::format("worker_{}.strangers_lost", i),
            statistics.workers[i].strangers_lost);
  }
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
  workers.push_back({counters.Get(Event::kOutsideFrames) + counters.Get(Event::kInsideFrames)});
}

double BusiestShare(const Statistics& before, const Statistics& after) {
  uint64_t most = 0, all = 0;
  for (size_t i = 0; i < after.workers.size(); ++i) {
    const uint64_t earlier = i < before.workers.size() ? before.workers[i].frames : 0;
    const uint64_t frames = after.workers[i].frames - earlier;
    most = std::max(most, frames);
    all += frames;
  }
  return all == 0 ? 0 : static_cast<double>(most) / static_cast<double>(all);
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
  AddWorkers(table, statistics);
  return table;
}

std::string Json(const Statistics& statistics) {
  nlohmann::ordered_json events, drops, workers;
  for (const WorkerLoad& load : statistics.workers) {
    workers.push_back({{"frames", load.frames}, {"strangers_lost", load.strangers_lost}});
  }
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
      {"workers", workers},
      {"busiest_worker_share", BusiestShare({}, statistics)},
      {"duration_s", statistics.duration.count()},
  };
  return document.dump(2) + "\n";
}

std::string Summary(const Statistics& before, const Statistics& after) {
  const double seconds = (after.duration - before.duration).count();
  const auto rate = [&](Event event) {
    return static_cast<double>(after.Get(event) - before.Get(event)) / seconds;
  };
  std::string line = fmt::format(
      "outside {:.0f} pps, inside {:.0f} pps, cookies sent {:.0f}/s, valid {:.0f}/s, "
      "drops {:.0f}/s, flows {}, handshakes {}",
      rate(Event::kOutsideFrames), rate(Event::kInsideFrames), rate(Event::kCookiesSent),
      rate(Event::kCookiesValid), static_cast<double>(Drops(after) - Drops(before)) / seconds,
      after.flows, after.handshakes);
  if (after.workers.size() > 1) {
    line += fmt::format(", busiest worker {:.0f} %", 100 * BusiestShare(before, after));
  }
  return line;
}

}  // namespace synsplice
