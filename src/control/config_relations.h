// What a configuration's values must be to each other.
#pragma once

#include "control/appliance_config.h"
#include "control/yaml/config_report.h"

namespace synsplice {

void CheckRelations(const ApplianceConfig& config, ConfigReport& report);

}  // namespace synsplice
