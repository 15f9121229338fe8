#include "control/config_change.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>

namespace synsplice {
namespace {

constexpr std::string_view kLive[] = {
    "services",
    "lists",
    "timeouts",
    "reflection",
    "handshake.syn_retries",
    "handshake.hold_segments",
    "handshake.wrong_cookie_resets_per_second",
    "cookie.secret_file",
    "statistics",
};

using Values = std::map<std::string, std::string>;

void Flatten(const YAML::Node& node, const std::string& key, Values& values);

// By what names it, so that an order that changes changes nothing.
std::string NameOf(const YAML::Node& item) {
  if (item.IsScalar()) return item.Scalar();
  for (const char* name : {"name", "address"}) {
    if (item.IsMap() && item[name] && item[name].IsScalar()) return item[name].Scalar();
  }
  return "";
}

void FlattenMap(const YAML::Node& map, const std::string& key, Values& values) {
  for (const auto& pair : map) {
    const std::string name = pair.first.Scalar();
    Flatten(pair.second, key.empty() ? name : key + '.' + name, values);
  }
}

void Flatten(const YAML::Node& node, const std::string& key, Values& values) {
  if (node.IsMap()) {
    FlattenMap(node, key, values);
  } else if (node.IsSequence()) {
    for (const YAML::Node& item : node)
      Flatten(item, fmt::format("{}[{}]", key, NameOf(item)), values);
  } else if (node.IsScalar()) {
    values.emplace(key, node.Scalar());
  }
}

Values ValuesOf(const std::string& text) {
  Values values;
  Flatten(YAML::Load(text), "", values);
  return values;
}

std::string ValueAt(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}

bool IsLive(const std::string& key) {
  return std::ranges::any_of(kLive, [&](std::string_view live) { return key.starts_with(live); });
}

// What takes a restart.
ApplianceConfig FrameOf(ApplianceConfig config) {
  const HandshakeConfig defaults;
  HandshakeConfig& handshake = config.core.handshake;
  handshake.syn_retries = defaults.syn_retries;
  handshake.hold_segments = defaults.hold_segments;
  handshake.wrong_cookie_resets_per_second = defaults.wrong_cookie_resets_per_second;
  config.core.services.clear();
  config.core.lists.clear();
  config.listed.clear();
  config.core.drained.clear();
  config.core.timeouts = {};
  config.core.reflection = {};
  config.core.cookie.secret = {};
  config.secret_file.clear();
  config.admin.token.clear();
  config.statistics_interval = {};
  return config;
}

}  // namespace

std::vector<ConfigChange> CompareConfigs(const std::string& before, const std::string& after) {
  const Values old_values = ValuesOf(before), new_values = ValuesOf(after);
  std::set<std::string> keys;
  for (const auto& [key, value] : old_values) keys.insert(key);
  for (const auto& [key, value] : new_values) keys.insert(key);
  std::vector<ConfigChange> changes;
  for (const std::string& key : keys) {
    ConfigChange change{key, ValueAt(old_values, key), ValueAt(new_values, key), IsLive(key)};
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

std::string TextOf(const ConfigChange& change) {
  const auto& [key, before, after, live] = change;
  if (before.empty()) return fmt::format("+ {}: {}", key, after);
  if (after.empty()) return fmt::format("- {}: {}", key, before);
  return fmt::format("~ {}: {} -> {}", key, before, after);
}

bool DifferLive(const ApplianceConfig& before, const ApplianceConfig& after) {
  return FrameOf(before) == FrameOf(after);
}

Config WithModes(Config config, const ModeSwitches& switched) {
  for (ServiceConfig& service : config.services) {
    const auto found = switched.find(service.name);
    if (found != switched.end()) service.mode = found->second;
  }
  return config;
}

const ServiceConfig* FindService(const Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.services, name, &ServiceConfig::name);
  return found == config.services.end() ? nullptr : &*found;
}

ConfigChange ModeChange(const std::string& service, Mode before, Mode after) {
  return {fmt::format("services[{}].mode", service), std::string(Name(before)),
          std::string(Name(after)), true};
}

void AddReturns(const ModeSwitches& switched, const Config& config,
                std::vector<ConfigChange>& changes) {
  for (const auto& [name, mode] : switched) {
    const ServiceConfig* service = FindService(config, name);
    if (!service) continue;
    ConfigChange change = ModeChange(name, mode, service->mode);
    std::erase_if(changes, [&](const ConfigChange& other) { return other.key == change.key; });
    if (change.before != change.after) changes.push_back(std::move(change));
  }
}

}  // namespace synsplice
