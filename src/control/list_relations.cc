#include "control/list_relations.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "control/lists/list_file.h"

namespace synsplice {
namespace {

std::string KeyOf(const char* of, size_t index, const char* key) {
  return fmt::format("{}[{}].{}", of, index, key);
}

const ListConfig* FindList(const Config& core, const std::string& name) {
  const auto found = std::ranges::find(core.lists, name, &ListConfig::name);
  return found == core.lists.end() ? nullptr : &*found;
}

bool Has(const ServiceConfig& service, const std::string& list) {
  return !service.lists || std::ranges::find(*service.lists, list) != service.lists->end();
}

void CheckNames(const Config& core, ConfigReport& report) {
  std::set<std::string> seen;
  for (size_t i = 0; i < core.lists.size(); ++i) {
    const std::string& name = core.lists[i].name;
    if (seen.insert(name).second) continue;
    report.FailAtKey(KeyOf("lists", i, "name"),
                     fmt::format("'{}' is the name of another list already", name));
  }
}

void CheckReferences(const Config& core, size_t index, ConfigReport& report) {
  const ServiceConfig& service = core.services[index];
  if (!service.lists) return;
  for (size_t i = 0; i < service.lists->size(); ++i) {
    const std::string& name = (*service.lists)[i];
    if (FindList(core, name)) continue;
    report.FailAtKey(fmt::format("services[{}].lists[{}]", index, i),
                     fmt::format("there is no list '{}'", name));
  }
}

// Why it is no use to put clients on the list; empty: it is.
std::string WhyInVain(const Config& core, const ServiceConfig& service) {
  const std::string& name = service.connlimit.overload;
  const ListConfig* list = FindList(core, name);
  if (!list) return fmt::format("there is no list '{}'", name);
  if (list->tier == Tier::kAllow) {
    return fmt::format("who is on '{}' (tier: allow) would have no limit any more", name);
  }
  if (service.connlimit.above == 0) return "needs connlimit.above: without it nobody is over it";
  if (Has(service, name)) return {};
  return fmt::format("the service does not look at '{}': it is not among its lists", name);
}

void CheckOverload(const Config& core, size_t index, ConfigReport& report) {
  const ServiceConfig& service = core.services[index];
  if (service.connlimit.overload.empty()) return;
  const std::string why = WhyInVain(core, service);
  if (!why.empty()) report.FailAtKey(KeyOf("services", index, "connlimit.overload"), why);
}

// Whether a service that looks at the list has clients of the family.
bool IsMet(const Config& core, const std::string& list, bool v4) {
  return std::ranges::any_of(core.services, [&](const ServiceConfig& service) {
    return Has(service, list) && std::ranges::any_of(service.listen, [&](const Endpoint& listener) {
             return listener.address.IsV4() == v4;
           });
  });
}

// A file of the wrong family is a mistake; one with some of it serves others as well.
void CheckFamilies(const ApplianceConfig& config, size_t index, ConfigReport& report) {
  const Prefixes& prefixes = *config.listed[index];
  const Config& core = config.core;
  if (prefixes.empty() || core.services.empty()) return;
  const std::string& name = core.lists[index].name;
  const bool v4 = prefixes.front().address.IsV4();
  const bool mixed = std::ranges::any_of(
      prefixes, [&](const Prefix& prefix) { return prefix.address.IsV4() != v4; });
  if (mixed || IsMet(core, name, v4)) return;
  report.FailAtKey(KeyOf("lists", index, "file"),
                   fmt::format("all {} prefixes are {}, and no service that looks at '{}' listens "
                               "on such an address",
                               prefixes.size(), v4 ? "IPv4" : "IPv6", name));
}

}  // namespace

void LoadLists(ApplianceConfig& config, ConfigReport& report) {
  size_t total = 0;
  for (size_t i = 0; i < config.core.lists.size(); ++i) {
    const std::string& path = config.core.lists[i].file;
    const std::string key = KeyOf("lists", i, "file");
    ListFile file;
    if (!path.empty() && report.IsSound(key)) file = ReadListFile(path);
    if (!file.error.empty()) report.FailAtKey(key, fmt::format("'{}': {}", path, file.error));
    total += file.prefixes.size();
    config.listed.push_back(std::make_shared<const Prefixes>(std::move(file.prefixes)));
  }
  if (total <= kMostPrefixes) return;
  report.FailAtKey("lists", fmt::format("their files have {} prefixes, at most {} are taken", total,
                                        kMostPrefixes));
}

void CheckLists(const ApplianceConfig& config, ConfigReport& report) {
  if (!report.IsSound("lists") || !report.IsSound("services")) return;
  CheckNames(config.core, report);
  for (size_t i = 0; i < config.core.services.size(); ++i) {
    CheckReferences(config.core, i, report);
    CheckOverload(config.core, i, report);
  }
  for (size_t i = 0; i < config.listed.size(); ++i) CheckFamilies(config, i, report);
}

}  // namespace synsplice
