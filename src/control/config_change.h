// What a new configuration changes, key by key, and what of it a running appliance can follow.
#pragma once

#include <string>
#include <vector>

#include "control/appliance_config.h"

namespace synsplice {

struct ConfigChange {
  // Such as services[web].connlimit.above: maps of a list are told by their name, values of a list
  // have a key each.
  std::string key;
  std::string before, after;  // YAML; empty: there is no such key
  bool live = true;           // takes no restart

  bool operator==(const ConfigChange&) const = default;
};

// In the order of the keys. REQUIRES: both are texts that LoadConfig takes.
std::vector<ConfigChange> CompareConfigs(const std::string& before, const std::string& after);

// "~ key: before -> after", "+ key: after" or "- key: before".
std::string TextOf(const ConfigChange& change);

// Whether nothing differs but what can change while the appliance runs: a key may say what was the
// default before.
bool DifferLive(const ApplianceConfig& before, const ApplianceConfig& after);

}  // namespace synsplice
