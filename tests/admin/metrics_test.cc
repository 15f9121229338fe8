#include "admin/metrics.h"

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

// By name and labels, without the prefix that all have.
Samples SamplesOf(const Snapshot& snapshot) {
  static const std::regex kSample(R"(synsplice_(\w+(?:\{.*\})?) (\S+))");
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

TEST(Metrics, EachValueHasItsOwnNameAndLabels) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.ports[1].up = false;
  Samples expected = {
      {R"(build_info{version="1.2.3",dpdk="DPDK 24.11.1"})", 1},
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
      {R"(port_up{port="outside"})", 1},
      {R"(port_up{port="inside"})", 0},
      {"flow_table_entries", 71},
      {"flow_table_capacity", 72},
      {"handshake_slots_in_use", 73},
      {"handshake_slots_capacity", 74},
      {"connlimit_places", 75},
      {"connlimit_table_capacity", 76},
      {"mbufs_free", 179 - 77},
      {R"(worker_frames_total{worker="0"})", 41},
      {R"(worker_frames_total{worker="1"})", 43},
      {R"(worker_strangers_lost_total{worker="0"})", 42},
      {R"(worker_strangers_lost_total{worker="1"})", 44},
      {R"(worker_busy_ratio{worker="0"})", 0.25},
      {R"(worker_busy_ratio{worker="1"})", 0.75},
      {R"(worker_heartbeat_age_seconds{worker="0"})", 1.5},
      {R"(worker_heartbeat_age_seconds{worker="1"})", 2.75},
  };
  AddCounts(expected, snapshot.statistics);
  EXPECT_THAT(SamplesOf(snapshot), testing::ContainerEq(expected));
}

TEST(Metrics, EveryEventAndReasonBeginsAtZero) {
  Samples expected, counts;
  AddCounts(expected, {});
  for (const auto& sample : SamplesOf({})) {
    if (sample.first.starts_with("events_") || sample.first.starts_with("drops_")) {
      counts.insert(sample);
    }
  }
  EXPECT_EQ(counts, expected);
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
  EXPECT_THAT(labels, UnorderedElementsAre("version", "dpdk", "port", "direction", "event",
                                           "reason", "worker"));
}

TEST(Metrics, EachFamilyIsExplainedOnceBeforeItsValues) {
  static const std::regex kHelp(R"(# HELP (\w+) \S.*)"), kType(R"(# TYPE (\w+) (counter|gauge))");
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
      EXPECT_EQ(line.substr(0, line.find_first_of("{ ")), family);
    }
  }
  EXPECT_EQ(families.size(), 20u);
}

}  // namespace
}  // namespace synsplice
