// Every key of the configuration file, with its range: one table per map.
#pragma once

#include <nlohmann/json.hpp>

#include "control/appliance_config.h"
#include "control/yaml/yaml_value.h"

namespace synsplice {

// Fills `config` with what the file says; keys that are absent leave it as it is.
void ReadAppliance(const YamlValue& root, ApplianceConfig& config);

// Every key with its value, defaults filled in. Of secrets there is only where they are.
nlohmann::ordered_json ShowAppliance(ApplianceConfig config);

}  // namespace synsplice
