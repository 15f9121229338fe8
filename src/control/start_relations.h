// What a configuration needs besides its own truth so that synsplice starts with it.
#pragma once

#include "control/appliance_config.h"
#include "control/yaml/config_report.h"

namespace synsplice {

// Both ports, and a secret file that is good or can be made. Makes nothing.
void CheckStart(const ApplianceConfig& config, ConfigReport& report);

}  // namespace synsplice
