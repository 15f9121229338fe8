#include "programs/diagnosis/machine_facts.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "control/device_text.h"
#include "io/host/start_error.h"
#include "system/link.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr size_t kMostBytes = 256 << 10;  // of one file

JsonValue StatisticsOf(const std::string& interface) {
  JsonValue statistics = JsonValue::object();
  std::error_code error;
  const std::string folder = "/sys/class/net/" + interface + "/statistics";
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    uint64_t value = 0;
    if (std::ifstream(entry.path()) >> value) statistics[entry.path().filename()] = value;
  }
  return statistics;
}

JsonValue FactsOf(const std::string& interface) {
  const auto link = ReadLink(interface);
  if (!link) return "there is no such interface";
  return {{"up", link->up},
          {"driver", link->driver},
          {"mtu", link->mtu},
          {"queues", link->queues},
          {"peer", link->peer},
          {"peer_offloads_checksums", link->sends_unfinished},
          {"xdp_program", link->program},
          {"holder", link->holder},
          {"statistics", StatisticsOf(interface)}};
}

std::string Links(const ApplianceConfig& config) {
  JsonValue links = JsonValue::object();
  for (const std::string& device : {config.ports.outside, config.ports.inside}) {
    const std::string interface = InterfaceOf(device);
    try {
      links[device] = interface.empty() ? JsonValue() : FactsOf(interface);
    } catch (const StartError& error) {
      links[device] = error.what();
    }
  }
  return links.dump(2) + "\n";
}

}  // namespace

std::string TextOfFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return "(" + path + " cannot be read: " + std::strerror(errno) + ")\n";
  std::string text(kMostBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

std::vector<BundleFile> MachineFacts(const ApplianceConfig& config) {
  return {{"machine/version", TextOfFile("/proc/version")},
          {"machine/cmdline", TextOfFile("/proc/cmdline")},
          {"machine/os-release", TextOfFile("/etc/os-release")},
          {"machine/cpuinfo", TextOfFile("/proc/cpuinfo")},
          {"machine/meminfo", TextOfFile("/proc/meminfo")},
          {"machine/links.json", Links(config)}};
}

}  // namespace synsplice
