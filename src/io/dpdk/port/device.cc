#include "io/dpdk/port/device.h"

#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <cstdlib>

#include "control/device_text.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

std::string NameOf(const std::string& device) { return device.substr(0, device.find(',')); }

void RequireDriver(const std::string& device) {
  rte_devargs arguments{};
  const bool known = rte_devargs_parse(&arguments, device.c_str()) == 0;
  std::free(arguments.data);  // what rte_devargs_reset does, which is not in the stable ABI yet
  if (!known) throw StartError("DPDK has no driver of this name");
}

void ProbeVirtual(const std::string& device) {
  RequireDriver(device);
  const int error = rte_dev_probe(device.c_str());
  if (error != 0) throw StartError(rte_strerror(-error));
}

}  // namespace

uint16_t OpenDevice(const std::string& device) {
  if (!IsPciDevice(device)) ProbeVirtual(device);
  uint16_t port = RTE_MAX_ETHPORTS;
  rte_dev_iterator iterator;
  RTE_ETH_FOREACH_MATCHING_DEV(port, NameOf(device).c_str(), &iterator) {
    rte_eth_iterator_cleanup(&iterator);
    return port;
  }
  throw StartError(IsPciDevice(device) ? "no DPDK driver has taken it (bound to vfio-pci?)"
                                       : "it is not an Ethernet device");
}

}  // namespace synsplice
