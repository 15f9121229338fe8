// A snapshot in which no two values are the same: one that is told under the wrong name shows.
#pragma once

#include <string_view>

#include "admin/snapshot.h"

namespace synsplice {

inline constexpr uint64_t kFirstEventCount = 1000;
inline constexpr uint64_t kFirstDropCount = 2000;

inline Statistics ExampleStatistics() {
  Statistics statistics;
  for (size_t i = 0; i < kEventCount; ++i) statistics.events[i] = kFirstEventCount + i;
  for (size_t i = 0; i < kReasonCount; ++i) statistics.drops[i] = kFirstDropCount + i;
  statistics.flows = 31;
  statistics.handshakes = 32;
  statistics.connlimit_places = 33;
  statistics.workers = {{41, 42, 0.25, Milliseconds(1500)}, {43, 44, 0.75, Milliseconds(2750)}};
  statistics.duration = Seconds(34);
  return statistics;
}

// All different, and different for each `first`.
inline Durations ExampleDurations(uint64_t first) {
  Durations durations;
  for (uint64_t& bucket : durations.buckets) bucket = first++;
  durations.milliseconds = first;
  return durations;
}

inline ServiceStatistics ExampleService(uint64_t first) {
  ServiceStatistics statistics;
  for (uint64_t& event : statistics.events) event = first++;
  for (uint64_t& flows : statistics.flows) flows = first++;
  statistics.handshakes = ExampleDurations(first);
  return statistics;
}

inline BackendStatistics ExampleBackend(uint64_t first, bool is_down) {
  BackendStatistics statistics;
  for (uint64_t& event : statistics.events) event = first++;
  statistics.down_at = FromMilliseconds(is_down ? 2 : 0);
  statistics.answered_at = FromMilliseconds(1);
  statistics.answers = ExampleDurations(first);
  return statistics;
}

inline ServiceRisk ExampleRisk() {
  ServiceRisk risk;
  risk.percent = 412;
  risk.is_attack = true;
  risk.learning = false;
  risk.learned_s = 7200;
  risk.second = {130, 80, 120, 6, 1333};
  risk.minute = {115.5, 22.6, 110, 5.5, 411};
  risk.incomplete = 0.19, risk.usual_incomplete = 0.05;
  risk.usual_source = 14;
  risk.sources = {{{*ParseAddress("198.18.2.1"), 32}, Tier::kLog, 9.2, 412},
                  {{*ParseAddress("2001:db8:0:1::"), 64}, Tier::kNone, 3, 7}};
  risk.day = {330, 280, 21, 55, 0.04};
  return risk;
}

inline Snapshot ExampleSnapshot() {
  Snapshot snapshot;
  snapshot.version = "1.2.3";
  snapshot.dpdk_version = "DPDK 24.11.1";
  snapshot.on_exit = "wire";
  snapshot.started = FromMilliseconds(1'700'000'000'900);
  snapshot.taken = FromMilliseconds(1'700'000'060'100);
  snapshot.statistics = ExampleStatistics();
  snapshot.config = {7, "/etc/synsplice.yaml", "services: []\n", false, 6};
  snapshot.config.loaded = FromMilliseconds(1'700'000'030'000);
  snapshot.ports = {{"outside", "eth5", Mac{{2, 0, 0, 0, 0, 5}}, true, {51, 52, 53}, {54, 55, 56}},
                    {"inside", "eth6", Mac{{2, 0, 0, 0, 0, 6}}, true, {61, 62, 63}, {64, 65, 66}}};
  snapshot.ports[0].missed = 57;
  snapshot.ports[1].missed = 67;
  snapshot.ports[0].prefilter = PrefilterCounts{{101, 102}, {}, {103}, {105}, 104};
  snapshot.ports[0].details = {LinkState{true, 25000, true},
                               {58, std::nullopt},
                               {{"rx_good_packets", 59}, {"rx_errors", 0}}};
  const auto endpoint = [](std::string_view text) { return *ParseEndpoint(text); };
  snapshot.services = {{"web",
                        {endpoint("198.18.0.1:80"), endpoint("[2001:db8::1]:80")},
                        {endpoint("198.18.1.1:8080")},
                        ExampleService(3000)},
                       {"ssh", {endpoint("198.18.0.2:22")}, {}, ExampleService(4000)}};
  snapshot.backends = {{endpoint("198.18.1.1:8080"), {"web"}, ExampleBackend(5000, true), true},
                       {endpoint("198.18.0.2:22"), {"ssh", "more"}, ExampleBackend(6000, false)}};
  snapshot.backends[1].check = {true,
                                CheckResult::kRefused,
                                FromMilliseconds(1'700'000'050'500),
                                FromMilliseconds(1'700'000'040'400),
                                {91, 92, 93, 94}};
  snapshot.lists = {{"drop", 1, Tier::kBlock, "/etc/drop", 91, 92, 93}};
  snapshot.list_bans_refused = 94;
  snapshot.baseline_saves_failed = 96;
  snapshot.list_notes_lost = 95;
  snapshot.flows = {71, 72};
  snapshot.handshakes = {73, 74};
  snapshot.connlimit_places = {75, 76};
  snapshot.buffers = {77, 179};
  snapshot.services[0].statistics.is_flooded = true;
  snapshot.services[1].risk = ExampleRisk();
  snapshot.services[0].recent_handshakes.buckets[3] = 91;
  snapshot.backends[0].neighbour = 1, snapshot.backends[1].neighbour = 2;
  snapshot.sources = {{{*ParseAddress("198.18.2.1"), 32}, 1, 92, 3},
                      {{*ParseAddress("2001:db8::"), 64}, 0, 94, 5},
                      {{*ParseAddress("198.18.2.2"), 32}, 1, 60, 0}};
  snapshot.services[0].statistics.is_challenged = true;
  snapshot.services[0].strays[5].is_attack = true;  // UDP
  snapshot.events_lost = 81;
  snapshot.captures = {89, 90};
  snapshot.process = {82.5, 83, 84, 85, 86, 87, 88.25};
  return snapshot;
}

}  // namespace synsplice
