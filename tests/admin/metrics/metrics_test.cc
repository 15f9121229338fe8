#include "admin/metrics/metrics.h"

#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

using testing::UnorderedElementsAre;

using Samples = std::map<std::string, double>;

std::vector<std::string> Lines(const Snapshot& snapshot) {
  std::istringstream text(MetricsText(snapshot));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

// By name and labels, without the prefix of all that are ours.
Samples SamplesOf(const Snapshot& snapshot) {
  static const std::regex kSample(R"((?:synsplice_)?(\w+(?:\{.*\})?) (\S+))");
  Samples samples;
  for (const std::string& line : Lines(snapshot)) {
    if (line.starts_with("#")) continue;
    std::smatch parts;
    EXPECT_TRUE(std::regex_match(line, parts, kSample)) << line;
    EXPECT_TRUE(samples.emplace(parts[1], std::stod(parts[2])).second) << line << " comes twice";
  }
  return samples;
}

void AddCounts(Samples& to, const Statistics& statistics) {
  for (size_t i = 0; i < kEventCount; ++i) {
    const auto count = static_cast<double>(statistics.events[i]);
    to["events_total{event=\"" + std::string(kEventLabels[i]) + "\"}"] = count;
  }
  for (size_t i = 1; i < kReasonCount; ++i) {
    const auto count = static_cast<double>(statistics.drops[i]);
    to["drops_total{reason=\"" + std::string(kReasonLabels[i]) + "\"}"] = count;
  }
}

void AddHistogram(Samples& to, const std::string& name, const std::string& label,
                  const Durations& durations) {
  double below = 0, bound = 0.001;
  for (size_t i = 0; i + 1 < durations.buckets.size(); ++i, bound *= 2) {
    below += static_cast<double>(durations.buckets[i]);
    std::ostringstream text;
    text << bound;
    to[name + "_bucket{" + label + ",le=\"" + text.str() + "\"}"] = below;
  }
  const auto count = static_cast<double>(durations.Count());
  to[name + "_bucket{" + label + ",le=\"+Inf\"}"] = count;
  to[name + "_count{" + label + "}"] = count;
  to[name + "_sum{" + label + "}"] = static_cast<double>(durations.milliseconds) / 1000;
}

// `first`: of ExampleService.
void AddService(Samples& to, const std::string& name, double first) {
  const std::string label = "service=\"" + name + "\"";
  to["syns_total{" + label + "}"] = first;
  to["cookies_sent_total{" + label + "}"] = first + 1;
  to["cookies_total{" + label + ",result=\"valid\"}"] = first + 2;
  to["cookies_total{" + label + ",result=\"wrong\"}"] = first + 3;
  to["cookies_total{" + label + ",result=\"expired\"}"] = first + 4;
  to["cookies_total{" + label + ",result=\"never_sent\"}"] = first + 5;
  to["connections_noted_total{" + label + "}"] = first + 6;
  to["connections_opened_total{" + label + "}"] = first + 7;
  const auto of = [&](ServiceEvent event) { return first + static_cast<double>(event); };
  to["connlimit_rejections_total{" + label + "}"] = of(ServiceEvent::kConnlimitRejections);
  to["down_rejections_total{" + label + "}"] = of(ServiceEvent::kDownRejections);
  to["syn_limit_rejections_total{" + label + "}"] = of(ServiceEvent::kSynLimitRejections);
  to["accept_limit_rejections_total{" + label + "}"] = of(ServiceEvent::kAcceptLimitRejections);
  to["backend_busy_rejections_total{" + label + "}"] = of(ServiceEvent::kBackendBusyRejections);
  to["police_drops_total{" + label + "}"] = of(ServiceEvent::kPoliceDrops);
  for (const auto& [action, event] : {std::pair("cookie", ServiceEvent::kWouldCookiesSent),
                                      {"open", ServiceEvent::kWouldConnectionsOpened},
                                      {"connlimit", ServiceEvent::kWouldConnlimitRejections},
                                      {"syn_limit", ServiceEvent::kWouldSynLimitRejections},
                                      {"accept_limit", ServiceEvent::kWouldAcceptLimitRejections},
                                      {"police", ServiceEvent::kWouldPoliceDrops},
                                      {"down", ServiceEvent::kWouldDownRejections},
                                      {"drop", ServiceEvent::kWouldDrops}}) {
    to["would_total{" + label + ",action=\"" + action + "\"}"] = of(event);
  }
  to["out_of_state_total{" + label + ",kind=\"ack\"}"] = 3 * first + 3 + 4 + 5;
  for (const auto& [kind, event] : {std::pair("syn_ack", ServiceEvent::kStraySynAcks),
                                    {"rst", ServiceEvent::kStrayRsts},
                                    {"fin", ServiceEvent::kStrayFins},
                                    {"fragments", ServiceEvent::kStrayFragments},
                                    {"udp", ServiceEvent::kStrayUdp},
                                    {"icmp", ServiceEvent::kStrayIcmp}}) {
    to["out_of_state_total{" + label + ",kind=\"" + kind + "\"}"] = of(event);
  }
  for (const auto kind : kStrayKindNames) {
    to["out_of_state_attack{" + label + ",kind=\"" + std::string(kind) + "\"}"] =
        name == "web" && kind == "udp";
  }
  for (const char* mode : {"off", "monitor", "adaptive", "always"}) {
    to["mode{" + label + ",mode=\"" + mode + "\"}"] = std::string_view(mode) == "always";
  }
  double flows = first + kServiceEventCount;
  for (const char* phase : {"waiting", "aborted", "established", "client_closed", "server_closed",
                            "closing", "time_wait", "closed", "refused"}) {
    to["connections{" + label + ",phase=\"" + phase + "\"}"] = flows++;
  }
  to["service_flooded{" + label + "}"] = name == "web";
  to["challenged{" + label + "}"] = name == "web";
  to["service_attacked{" + label + "}"] = 1;
  to["risk_ratio{" + label + "}"] = name == "ssh" ? 4.12 : 0;
  to["baseline_syns_per_second{" + label + ",window=\"1s\"}"] = name == "ssh" ? 120 : 0;
  to["baseline_syns_per_second{" + label + ",window=\"60s\"}"] = name == "ssh" ? 110 : 0;
  to["detector_learning{" + label + "}"] = name == "web";
  AddHistogram(to, "handshake_duration_seconds", label,
               ExampleDurations(static_cast<uint64_t>(flows)));
}

// `first`: of ExampleBackend.
void AddBackend(Samples& to, const std::string& name, double first, double up) {
  const std::string label = "backend=\"" + name + "\"";
  to["backend_up{" + label + "}"] = up;
  to["backend_drained{" + label + "}"] = name.starts_with("198.18.1");
  to["backend_syns_total{" + label + "}"] = first;
  to["backend_connections_opened_total{" + label + "}"] = first + 1;
  to["backend_refused_total{" + label + "}"] = first + 2;
  to["backend_silent_total{" + label + "}"] = first + 3;
  AddHistogram(to, "backend_answer_seconds", label,
               ExampleDurations(static_cast<uint64_t>(first) + 4));
}

// Of the only one that is checked.
void AddChecks(Samples& to, const std::string& name) {
  double count = 91;
  for (const char* result : {"answered", "refused", "silent", "unresolved"}) {
    to["backend_checks_total{backend=\"" + name + "\",result=\"" + result + "\"}"] = count++;
  }
}

void AddLists(Samples& to) {
  to.insert({
      {R"(list_entries{list="drop"})", 91 + 92},
      {R"(list_hits_total{list="drop",tier="block"})", 93},
      {"list_saves_failed_total", 0},
      {"list_bans_refused_total", 94},
      {"baseline_saves_failed_total", 96},
      {"list_notes_lost_total", 95},
  });
}

TEST(Metrics, EachValueHasItsOwnNameAndLabels) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.ports[1].up = false;
  Samples expected = {
      {R"(build_info{version="1.2.3",dpdk="DPDK 24.11.1"})", 1},
      {R"(on_exit{action="wire"})", 1},
      {R"(on_exit{action="block"})", 0},
      {"start_time_seconds", 1'700'000'000.9},
      {R"(frames_total{port="outside",direction="in"})", 51},
      {R"(frames_total{port="outside",direction="out"})", 54},
      {R"(frames_total{port="inside",direction="in"})", 61},
      {R"(frames_total{port="inside",direction="out"})", 64},
      {R"(bytes_total{port="outside",direction="in"})", 52},
      {R"(bytes_total{port="outside",direction="out"})", 55},
      {R"(bytes_total{port="inside",direction="in"})", 62},
      {R"(bytes_total{port="inside",direction="out"})", 65},
      {R"(port_errors_total{port="outside",direction="in"})", 53},
      {R"(port_errors_total{port="outside",direction="out"})", 56},
      {R"(port_errors_total{port="inside",direction="in"})", 63},
      {R"(port_errors_total{port="inside",direction="out"})", 66},
      {R"(port_missed_total{port="outside"})", 57},
      {R"(port_missed_total{port="inside"})", 67},
      {R"(port_xstats_total{port="outside",name="rx_good_packets"})", 59},
      {R"(port_xstats_total{port="outside",name="rx_errors"})", 0},
      {R"(port_link_speed_bytes_per_second{port="outside"})", 25000e6 / 8},
      {R"(port_receive_queue_frames{port="outside",queue="0"})", 58},
      {R"(prefilter_frames_total{reason="list_block"})", 101},
      {R"(prefilter_frames_total{reason="syn_budget"})", 102},
      {"prefilter_bytes_total", 104},
      {R"(port_up{port="outside"})", 1},
      {R"(port_up{port="inside"})", 0},
      {"flow_table_entries", 71},
      {"flow_table_capacity", 72},
      {"handshake_slots_in_use", 73},
      {"handshake_slots_capacity", 74},
      {"connlimit_places", 75},
      {"connlimit_table_capacity", 76},
      {"mbufs_free", 179 - 77},
      {"events_suppressed_total", 81},
      {"capture_frames_total", 89},
      {"capture_lost_total", 90},
      {"process_cpu_seconds_total", 82.5},
      {"process_resident_memory_bytes", 83},
      {"process_virtual_memory_bytes", 84},
      {"process_open_fds", 85},
      {"process_max_fds", 86},
      {"process_threads", 87},
      {"process_start_time_seconds", 88.25},
      {R"(worker_frames_total{worker="0"})", 41},
      {"config_version", 7},
      {"config_last_reload_successful", 1},
      {"config_last_reload_timestamp_seconds", 1'700'000'030},
      {"config_confirm_pending", 0},
      {R"(worker_frames_total{worker="1"})", 43},
      {R"(worker_strangers_lost_total{worker="0"})", 42},
      {R"(worker_strangers_lost_total{worker="1"})", 44},
      {R"(worker_busy_ratio{worker="0"})", 0.25},
      {R"(worker_busy_ratio{worker="1"})", 0.75},
      {R"(worker_heartbeat_age_seconds{worker="0"})", 1.5},
      {R"(worker_heartbeat_age_seconds{worker="1"})", 2.75},
  };
  AddCounts(expected, snapshot.statistics);
  AddLists(expected);
  AddService(expected, "web", 3000);
  AddService(expected, "ssh", 4000);
  AddBackend(expected, "198.18.1.1:8080", 5000, 0);
  AddBackend(expected, "198.18.0.2:22", 6000, 1);
  AddChecks(expected, "198.18.0.2:22");
  EXPECT_THAT(SamplesOf(snapshot), testing::ContainerEq(expected));
}

TEST(Metrics, EveryEventAndReasonBeginsAtZero) {
  Samples expected, counts;
  AddCounts(expected, {});
  for (const auto& sample : SamplesOf({})) {
    if (sample.first.starts_with("events_total") || sample.first.starts_with("drops_")) {
      counts.insert(sample);
    }
  }
  EXPECT_EQ(counts, expected);
}

TEST(Metrics, WhatWasRemovedIsToldWhileItHasConnections) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[1].removed = true;
  EXPECT_TRUE(SamplesOf(snapshot).contains(R"(syns_total{service="ssh"})"));
  snapshot.services[1].statistics.flows = {};
  EXPECT_FALSE(SamplesOf(snapshot).contains(R"(syns_total{service="ssh"})"));
  EXPECT_TRUE(SamplesOf(snapshot).contains(R"(backend_up{backend="198.18.1.1:8080"})"));
  snapshot.backends[0].services.clear();
  EXPECT_FALSE(SamplesOf(snapshot).contains(R"(backend_up{backend="198.18.1.1:8080"})"));
}

TEST(Metrics, LargeCountsLoseNoFrame) {
  Snapshot snapshot;
  snapshot.statistics.events[0] = 1'234'567'890'123'457;
  EXPECT_EQ(SamplesOf(snapshot)["events_total{event=\"outside_frames\"}"], 1'234'567'890'123'457);
}

// One whose values are addresses would have millions of them.
TEST(Metrics, LabelsAreFew) {
  static const std::regex kLabel(R"([{,](\w+)=")");
  std::set<std::string> labels;
  for (const auto& [name, value] : SamplesOf(ExampleSnapshot())) {
    for (std::sregex_iterator i(name.begin(), name.end(), kLabel), end; i != end; ++i) {
      labels.insert((*i)[1]);
    }
  }
  EXPECT_THAT(labels, UnorderedElementsAre("version", "dpdk", "action", "port", "direction",
                                           "event", "reason", "worker", "service", "result",
                                           "phase", "backend", "mode", "le", "kind", "name",
                                           "queue", "list", "tier", "window"));
}

TEST(Metrics, EachFamilyIsExplainedOnceBeforeItsValues) {
  static const std::regex kHelp(R"(# HELP (\w+) \S.*)"),
      kType(R"(# TYPE (\w+) (counter|gauge|histogram))");
  std::set<std::string> families;
  std::string helped, family;
  for (const std::string& line : Lines(ExampleSnapshot())) {
    std::smatch parts;
    if (std::regex_match(line, parts, kHelp)) {
      helped = parts[1];
    } else if (std::regex_match(line, parts, kType)) {
      family = parts[1];
      EXPECT_EQ(family, helped);
      EXPECT_EQ(family.ends_with("_total"), parts[2] == "counter") << line;
      EXPECT_TRUE(families.insert(family).second) << line;
    } else {
      EXPECT_TRUE(line.starts_with(family)) << line;
    }
  }
  EXPECT_EQ(families.size(), 77u);
}

}  // namespace
}  // namespace synsplice
