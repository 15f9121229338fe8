// What a new configuration changes, key by key, and what of it a running appliance can follow.
#pragma once

#include <map>
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

// Modes that an operator has switched to, in place of the configuration's; by the name of the
// service.
using ModeSwitches = std::map<std::string, Mode>;

// `config` with them.
Config WithModes(Config config, const ModeSwitches& switched);
// nullptr: there is none of this name.
const ServiceConfig* FindService(const Config& config, const std::string& name);

ConfigChange ModeChange(const std::string& service, Mode before, Mode after);
// What changes by `config` taking their place.
void AddReturns(const ModeSwitches& switched, const Config& config,
                std::vector<ConfigChange>& changes);

}  // namespace synsplice
