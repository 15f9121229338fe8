// Opening an Ethernet device by its string, and saying plainly why it cannot be opened.
#pragma once

#include <cstdint>
#include <string>

namespace synsplice {

// Answers DPDK's number of the port. A PCI device was probed by EAL already, a virtual one
// ("net_af_xdp0,iface=eth0") is created. Throws StartError with the reason only.
uint16_t OpenDevice(const std::string& device);

}  // namespace synsplice
