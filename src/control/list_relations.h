// Reads the files of a configuration's lists, and says what is wrong with them and with those who
// refer to them.
#pragma once

#include "control/appliance_config.h"
#include "control/yaml/config_report.h"

namespace synsplice {

// Fills config.listed.
void LoadLists(ApplianceConfig& config, ConfigReport& report);

// Names that are given twice or not at all, files of addresses that no service can meet, limits
// that would put clients on a list in vain.
void CheckLists(const ApplianceConfig& config, ConfigReport& report);

}  // namespace synsplice
