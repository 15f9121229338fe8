#include "control/device_text.h"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <vector>

#include "text/did_you_mean.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr size_t kMostNameBytes = IFNAMSIZ - 1;  // of a network interface

// Of DPDK; there are others, which are not known here to be wrong.
const std::vector<std::string_view> kDrivers = {
    "net_af_xdp", "net_af_packet", "net_pcap",  "net_tap",         "net_memif",
    "net_null",   "net_ring",      "net_vhost", "net_virtio_user", "net_bonding"};

bool OpensInterface(std::string_view driver) {
  return driver == "net_af_xdp" || driver == "net_af_packet";
}

// DPDK would say that it has no driver of this name.
bool LooksLikeInterface(std::string_view device) {
  return device.size() <= kMostNameBytes && device.find(',') == std::string_view::npos &&
         !device.starts_with("net_") && !device.starts_with("eth_");
}

}  // namespace

bool IsPciDevice(const std::string& device) {
  static const std::regex pattern(
      "([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7](,.*)?");
  return std::regex_match(device, pattern);
}

std::string_view DriverOf(std::string_view device) {
  const std::string_view name = device.substr(0, device.find(','));
  return name.substr(0, name.find_last_not_of("0123456789") + 1);
}

std::string_view DeviceOption(std::string_view device, std::string_view key) {
  size_t comma = device.find(',');
  while (comma != std::string_view::npos) {
    const size_t next = device.find(',', comma + 1);
    const std::string_view option = device.substr(comma + 1, next - comma - 1);
    if (option.starts_with(key) && option.substr(key.size()).starts_with('=')) {
      return option.substr(key.size() + 1);
    }
    comma = next;
  }
  return {};
}

std::string InterfaceOf(std::string_view device) {
  const std::string_view driver = DriverOf(device);
  const bool opens = OpensInterface(driver) || driver == "net_pcap";
  return std::string(opens ? DeviceOption(device, "iface") : "");
}

unsigned FirstQueueOf(std::string_view device) {
  const std::string_view text = DeviceOption(device, "start_queue");
  unsigned first = 0;
  std::from_chars(text.data(), text.data() + text.size(), first);
  return first;
}

std::string WhyNoDevice(const std::string& device, unsigned index) {
  if (device.empty() || IsPciDevice(device)) return "";
  if (LooksLikeInterface(device)) {
    return fmt::format("{} is not a DPDK device, did you mean 'net_af_xdp{},iface={}'?",
                       Quoted(device), index, Printable(device));
  }
  const std::string_view driver = DriverOf(device), interface = DeviceOption(device, "iface");
  if (OpensInterface(driver) && interface.empty()) {
    return fmt::format("{} needs a network interface, such as '{}{},iface=eth1'", Quoted(device),
                       driver, index);
  }
  if (OpensInterface(driver) && interface.size() > kMostNameBytes) {
    return fmt::format("{} is longer than the name of a network interface, allowed: {} bytes",
                       Quoted(interface), kMostNameBytes);
  }
  const bool known = std::ranges::find(kDrivers, driver) != kDrivers.end();
  const std::string hint = known ? "" : DidYouMean(driver, kDrivers);
  return hint.empty() ? "" : fmt::format("{} is not a driver of DPDK{}", Quoted(driver), hint);
}

}  // namespace synsplice
