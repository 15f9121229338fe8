#include "control/on_exit.h"

#include <fmt/format.h>

#include "control/buffer_plan.h"
#include "control/device_text.h"

namespace synsplice {
namespace {

bool AreAfXdp(const PortsConfig& ports) { return IsAfXdp(ports.outside) && IsAfXdp(ports.inside); }

bool AnyPci(const PortsConfig& ports) {
  return IsPciDevice(ports.outside) || IsPciDevice(ports.inside);
}

std::string WireText(const PortsConfig& ports) {
  const std::string outside = InterfaceOf(ports.outside), inside = InterfaceOf(ports.inside);
  return fmt::format(
      "a wire between {} and {} (ip link set dev {} xdp off takes it away, for each of them)",
      outside, inside, outside);
}

}  // namespace

OnExit WhatIsLeft(const PortsConfig& ports) {
  return AreAfXdp(ports) && ports.on_exit != OnExit::kBlock ? OnExit::kWire : OnExit::kBlock;
}

std::string Name(OnExit left) { return left == OnExit::kWire ? "wire" : "block"; }

std::string Describe(const PortsConfig& ports, bool can_wire) {
  if (AnyPci(ports)) {
    return "a shut link: for PCI ports only a card with a hardware bypass makes a wire";
  }
  if (can_wire && WhatIsLeft(ports) == OnExit::kWire) return WireText(ports);
  return AreAfXdp(ports) ? "a shut link" : "";
}

}  // namespace synsplice
