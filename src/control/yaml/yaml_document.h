// The YAML syntax of a configuration file, with what yaml-cpp 0.7 lets pass made a mistake, and
// bounded.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>

#include "control/yaml/config_report.h"

namespace synsplice {

// The one document that `text` holds; nullopt: it is not, and this was reported.
std::optional<YAML::Node> ParseDocument(const std::string& text, ConfigReport& report);

}  // namespace synsplice
