#include "control/lists/list_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "control/lists/reputation.h"

namespace synsplice {
namespace {

using Findings = std::vector<Policy::Finding>;

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

void CheckNames(const Config& core, Findings& findings) {
  std::set<std::string> seen;
  for (size_t i = 0; i < core.lists.size(); ++i) {
    const std::string& name = core.lists[i].name;
    if (seen.insert(name).second) continue;
    findings.push_back(
        {KeyOf("lists", i, "name"), fmt::format("'{}' is the name of another list already", name)});
  }
}

void CheckReferences(const Config& core, size_t index, Findings& findings) {
  const ServiceConfig& service = core.services[index];
  if (!service.lists) return;
  for (size_t i = 0; i < service.lists->size(); ++i) {
    const std::string& name = (*service.lists)[i];
    if (FindList(core, name)) continue;
    findings.push_back({fmt::format("services[{}].lists[{}]", index, i),
                        fmt::format("there is no list '{}'", name)});
  }
}

// A limit that puts those who are over it on a list.
struct Overload {
  const char* limit;
  const std::string& list;
  const char* needs;  // what there must be for anybody to be over it; nullptr: it is there
};

// Why it is no use; empty: it is.
std::string WhyInVain(const Config& core, const ServiceConfig& service, const Overload& overload) {
  const ListConfig* list = FindList(core, overload.list);
  if (!list) return fmt::format("there is no list '{}'", overload.list);
  if (list->tier == Tier::kAllow) {
    return fmt::format("who is on '{}' (tier: allow) would have no limit any more", overload.list);
  }
  if (overload.needs) return fmt::format("needs {}: without it nobody is over it", overload.needs);
  if (Has(service, overload.list)) return {};
  return fmt::format("the service does not look at '{}': it is not among its lists", overload.list);
}

// Without a rate a limit has a finding of its own.
void CheckOverloads(const Config& core, size_t index, Findings& findings) {
  const ServiceConfig& service = core.services[index];
  const char* above = service.connlimit.above == 0 ? "connlimit.above" : nullptr;
  for (const Overload& overload :
       {Overload{"connlimit", service.connlimit.overload, above},
        Overload{"accept_limit_per_source", service.accept_limit_per_source.overload, nullptr}}) {
    if (overload.list.empty()) continue;
    const std::string why = WhyInVain(core, service, overload);
    if (why.empty()) continue;
    findings.push_back({fmt::format("services[{}].{}.overload", index, overload.limit), why});
  }
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
void CheckFamilies(const Config& core, size_t index, const Prefixes& prefixes, Findings& findings) {
  if (prefixes.empty() || core.services.empty()) return;
  const std::string& name = core.lists[index].name;
  const bool v4 = prefixes.front().address.IsV4();
  const bool mixed = std::ranges::any_of(
      prefixes, [&](const Prefix& prefix) { return prefix.address.IsV4() != v4; });
  if (mixed || IsMet(core, name, v4)) return;
  findings.push_back(
      {KeyOf("lists", index, "file"),
       fmt::format("all {} prefixes are {}, and no service that looks at '{}' listens "
                   "on such an address",
                   prefixes.size(), v4 ? "IPv4" : "IPv6", name)});
}

Prefixes LoadFile(const ListConfig& list, size_t index, Findings& findings) {
  if (list.file.empty()) return {};
  ListFile file = ReadListFile(list.file);
  if (!file.error.empty()) {
    findings.push_back(
        {KeyOf("lists", index, "file"), fmt::format("'{}': {}", list.file, file.error)});
  }
  return std::move(file.prefixes);
}

Prefixes LoadReputation(const ListConfig& list, size_t index, Findings& findings) {
  const ReputationConfig& reputation = list.reputation;
  if (reputation.file.empty()) return {};
  const std::string key = KeyOf("lists", index, "reputation");
  if (reputation.asns.empty() && reputation.countries.empty()) {
    findings.push_back({key, "names neither asn nor country: nobody would be on the list"});
    return {};
  }
  ListFile file = ReadReputation(reputation.file, reputation);
  if (!file.error.empty()) {
    findings.push_back({key + ".file", fmt::format("'{}' {}", reputation.file, file.error)});
  }
  return std::move(file.prefixes);
}

}  // namespace

Findings LoadLists(const Config& core, InFiles& listed) {
  Findings findings;
  size_t total = 0;
  for (size_t i = 0; i < core.lists.size(); ++i) {
    Prefixes prefixes = LoadFile(core.lists[i], i, findings);
    const Prefixes more = LoadReputation(core.lists[i], i, findings);
    prefixes.insert(prefixes.end(), more.begin(), more.end());
    total += prefixes.size();
    listed.push_back(std::make_shared<const Prefixes>(std::move(prefixes)));
  }
  if (total > kMostPrefixes) {
    findings.push_back(
        {"lists",
         fmt::format("their files have more than the {} prefixes that are taken", kMostPrefixes)});
  }
  return findings;
}

Findings CheckLists(const Config& core, const InFiles& listed) {
  Findings findings;
  CheckNames(core, findings);
  for (size_t i = 0; i < core.services.size(); ++i) {
    CheckReferences(core, i, findings);
    CheckOverloads(core, i, findings);
  }
  for (size_t i = 0; i < listed.size(); ++i) CheckFamilies(core, i, *listed[i], findings);
  return findings;
}

}  // namespace synsplice
