// What a configuration's values must be to each other.
#pragma once

#include "control/config_report.h"

namespace synsplice {

void CheckRelations(const ApplianceConfig& config, ConfigReport& report);

}  // namespace synsplice
