#include "io/dpdk/device.h"

#include <fmt/format.h>
#include <net/if.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "io/dpdk/eal.h"
#include "io/dpdk/start_error.h"

namespace synsplice {
namespace {

// Drivers that open an interface which must exist; others (tap) make the one that they name.
constexpr std::array<std::string_view, 3> kOpensInterface = {"net_af_xdp", "net_af_packet",
                                                             "net_pcap"};

std::string NameOf(const std::string& device) { return device.substr(0, device.find(',')); }

bool OpensInterface(const std::string& device) {
  return std::any_of(kOpensInterface.begin(), kOpensInterface.end(),
                     [&](std::string_view driver) { return device.starts_with(driver); });
}

void RequireDriver(const std::string& device) {
  rte_devargs arguments{};
  const bool known = rte_devargs_parse(&arguments, device.c_str()) == 0;
  std::free(arguments.data);  // what rte_devargs_reset does, which is not in the stable ABI yet
  if (!known) throw StartError("DPDK has no driver of this name");
}

void ProbeVirtual(const std::string& device) {
  const std::string interface = OpensInterface(device) ? KernelInterface(device) : "";
  if (!interface.empty() && if_nametoindex(interface.c_str()) == 0) {
    throw StartError(fmt::format("there is no network interface \"{}\"", interface));
  }
  RequireDriver(device);
  const int error = rte_dev_probe(device.c_str());
  if (error != 0) throw StartError(rte_strerror(-error));
}

}  // namespace

std::string KernelInterface(const std::string& device) {
  constexpr std::string_view kKey = ",iface=";
  const size_t key = device.find(kKey);
  if (key == std::string::npos) return "";
  const size_t value = key + kKey.size();
  return device.substr(value, device.find(',', value) - value);
}

uint16_t OpenDevice(const std::string& device) {
  if (!IsPciAddress(device)) ProbeVirtual(device);
  uint16_t port = RTE_MAX_ETHPORTS;
  rte_dev_iterator iterator;
  RTE_ETH_FOREACH_MATCHING_DEV(port, NameOf(device).c_str(), &iterator) {
    rte_eth_iterator_cleanup(&iterator);
    return port;
  }
  throw StartError(IsPciAddress(device) ? "no DPDK driver has taken it (bound to vfio-pci?)"
                                        : "it is not an Ethernet device");
}

}  // namespace synsplice
