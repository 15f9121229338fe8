// What stands against a port.
#pragma once

#include <optional>
#include <string>

#include "control/config_loader.h"
#include "system/finding.h"
#include "system/link.h"

namespace synsplice {

struct ExaminedPort {
  std::string key;           // "ports.outside"
  std::string device;        // as configured
  std::optional<Link> link;  // nullopt: the interface of its device does not exist
};

// A port on an interface of the kernel.
Findings JudgePort(const ExaminedPort& port, const ApplianceConfig& config);

// Whether there is one. What asks for it in vain is a mistake of the configuration.
Finding JudgePrefilter(const ApplianceConfig& config);

// A device that DPDK drives itself; `sys` is where sysfs is.
Finding JudgePciDevice(const std::string& key, const std::string& device, const std::string& sys);

}  // namespace synsplice
