// The text that names a port's device: a PCI address, or a driver of DPDK with its options.
#pragma once

#include <string>
#include <string_view>

namespace synsplice {

// With or without options behind a comma.
bool IsPciDevice(const std::string& device);

// "net_af_xdp0,iface=eth1" -> "net_af_xdp". Of a virtual device.
std::string_view DriverOf(std::string_view device);

// The value of an option, such as "iface"; empty: it is not there.
std::string_view DeviceOption(std::string_view device, std::string_view key);

// The interface that must exist before the device can be opened; empty: none (other drivers make
// the one that they name, or know none).
std::string InterfaceOf(std::string_view device);

// The first queue of the interface that an AF_XDP device opens.
unsigned FirstQueueOf(std::string_view device);

// What can be known to be wrong without DPDK; empty: nothing. `index` makes a suggestion unique.
std::string WhyNoDevice(const std::string& device, unsigned index);

}  // namespace synsplice
