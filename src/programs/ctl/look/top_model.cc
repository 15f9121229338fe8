#include "programs/ctl/look/top_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <sstream>
#include <utility>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr size_t kHistory = 16;
constexpr size_t kTopSources = 5;

// A character of eight heights for each value, the highest one as high as can be.
std::string Sparkline(const std::vector<double>& values) {
  static constexpr const char* kHeights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double highest = values.empty() ? 0 : *std::ranges::max_element(values);
  std::string line(kHistory - values.size(), ' ');
  for (const double value : values) {
    line += kHeights[highest == 0 ? 0 : static_cast<size_t>(7 * value / highest)];
  }
  return line;
}

// A character may be of several bytes.
std::string Cut(const std::string& line, size_t columns) {
  size_t seen = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xc0) != 0x80;
    if (begins && seen++ == columns) return line.substr(0, i);
  }
  return line;
}

// Of "2026-01-02T03:04:05.678Z", since 1970.
double SecondsOf(const std::string& time) {
  std::tm parts{};
  std::istringstream text(time);
  double fraction = 0;
  text >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S") >> fraction;
  return static_cast<double>(::timegm(&parts)) + fraction;
}

std::string UptimeText(uint64_t seconds) {
  return fmt::format("{}d {:02}:{:02}:{:02}", seconds / 86400, seconds / 3600 % 24,
                     seconds / 60 % 60, seconds % 60);
}

// "2/64"; more than the last bucket's bound has none.
std::string TimesText(const JsonValue& durations) {
  if (durations["count"] == 0) return "-";
  const auto text = [&](const char* field) {
    const JsonValue& bound = durations[field];
    return bound.is_null() ? ">" : bound.dump();
  };
  return text("p50_ms") + "/" + text("p99_ms");
}

}  // namespace

double TopModel::Rate(const std::string& name, uint64_t total) {
  totals_[name] = total;
  const auto earlier = before_.find(name);
  // A count that is smaller than before began again.
  if (seconds_ == 0 || earlier == before_.end() || total < earlier->second) return 0;
  return static_cast<double>(total - earlier->second) / seconds_;
}

void TopModel::Add(TopSample sample) {
  const double taken = SecondsOf(sample.status["time"]);
  if (taken == taken_) return;
  seconds_ = taken_ == 0 ? 0 : std::max(taken - taken_, 0.0);
  taken_ = taken;
  sample_ = std::move(sample);
  before_ = std::exchange(totals_, {});
  outside_ = Rate("outside", sample_.status["events"]["outside_frames"]);
  inside_ = Rate("inside", sample_.status["events"]["inside_frames"]);
  for (const JsonValue& service : sample_.services) AddService(service);
  drops_.clear();
  for (const JsonValue& drop : sample_.drops) {
    const std::string reason = drop["reason"];
    const double rate = Rate("drop " + reason, drop["frames"]);
    if (rate > 0) drops_.emplace_back(reason, rate);
  }
  std::ranges::sort(drops_, std::greater(), &std::pair<std::string, double>::second);
}

void TopModel::AddService(const JsonValue& service) {
  const std::string name = service["service"];
  const JsonValue& events = service["events"];
  Service& of = services_[name];
  of.name = name;
  of.syns = Rate("syns " + name, events["syns"]);
  of.valid = Rate("valid " + name, events["cookies_valid"]);
  of.opened = Rate("opened " + name, events["connections_opened"]);
  of.established = service["connections"]["established"];
  of.times = TimesText(service["last_second"]);
  of.attacked = service["attacked"];
  of.history.push_back(of.syns);
  if (of.history.size() > kHistory) of.history.erase(of.history.begin());
}

std::vector<TopModel::Service> TopModel::Sorted(TopOrder order) const {
  std::vector<Service> services;
  for (const auto& [name, service] : services_) services.push_back(service);
  const auto before = [order](const Service& a, const Service& b) {
    if (order == TopOrder::kName) return a.name < b.name;
    return order == TopOrder::kSyns ? a.syns > b.syns : a.established > b.established;
  };
  std::ranges::stable_sort(services, before);
  return services;
}

std::string TopModel::Head() const {
  const JsonValue& status = sample_.status;
  return fmt::format("synsplice {}  {}  up {}  flows {}/{}  handshakes {}",
                     status["version"].get<std::string>(), status["state"].get<std::string>(),
                     UptimeText(status["uptime_s"]), status["flows"]["used"].get<uint64_t>(),
                     status["flows"]["capacity"].get<uint64_t>(),
                     status["handshakes"]["used"].get<uint64_t>());
}

std::string TopModel::Load() const {
  std::string load = fmt::format("frames/s outside {:.0f}, inside {:.0f}; busy", outside_, inside_);
  for (const JsonValue& worker : sample_.workers) {
    load += fmt::format(" {:.0f} %", 100 * worker["busy"].get<double>());
  }
  return load;
}

void TopModel::AddServices(TopOrder order, std::vector<std::string>& lines) const {
  lines.push_back("");
  lines.push_back(fmt::format("{:<15} {:>9} {:<16} {:>7} {:>6} {:>7} {:>7}", "SERVICE", "SYN/s", "",
                              "VALID/s", "OPEN/s", "ESTAB", "P50/99"));
  for (const Service& of : Sorted(order)) {
    lines.push_back(fmt::format("{:<15} {:>9.0f} {} {:>7.0f} {:>6.0f} {:>7} {:>7}{}", of.name,
                                of.syns, Sparkline(of.history), of.valid, of.opened, of.established,
                                of.times, of.attacked ? " ATTACK" : ""));
  }
}

// The API's order: the most first.
void TopModel::AddSources(std::vector<std::string>& lines) const {
  if (sample_.sources.empty()) return;
  lines.push_back("");
  lines.push_back(fmt::format("{:<28} {:>9}  {}", "TOP SOURCES", "SYN/10 s", "SERVICE"));
  for (size_t i = 0; i < std::min(sample_.sources.size(), kTopSources); ++i) {
    const JsonValue& source = sample_.sources[i];
    const JsonValue& service = source["service"];
    lines.push_back(fmt::format("{:<28} {:>9}  {}", source["source"].get<std::string>(),
                                source["syns"].get<uint64_t>(),
                                service.is_null() ? "-" : service.get<std::string>()));
  }
}

void TopModel::AddDrops(std::vector<std::string>& lines) const {
  lines.push_back("");
  lines.push_back(fmt::format("{:<28} {:>9}", "DROPS", "per s"));
  for (const auto& [reason, rate] : drops_) {
    lines.push_back(fmt::format("{:<28} {:>9.0f}", reason, rate));
  }
}

std::vector<std::string> TopModel::Screen(size_t columns, size_t rows, TopOrder order) const {
  std::vector<std::string> lines = {Head(), Load()};
  AddServices(order, lines);
  AddSources(lines);
  AddDrops(lines);
  lines.resize(std::min(lines.size(), rows));
  for (std::string& line : lines) line = Cut(line, columns);
  return lines;
}

std::string TopModel::Line() const {
  double syns = 0, valid = 0, opened = 0, drops = 0;
  for (const auto& [name, of] : services_) {
    syns += of.syns, valid += of.valid, opened += of.opened;
  }
  for (const auto& [reason, rate] : drops_) drops += rate;
  return fmt::format("{}  SYN/s {:.0f}  valid/s {:.0f}  opened/s {:.0f}  drops/s {:.0f}  flows {}",
                     sample_.status["time"].get<std::string>(), syns, valid, opened, drops,
                     sample_.status["flows"]["used"].get<uint64_t>());
}

}  // namespace synsplice
