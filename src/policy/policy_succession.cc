// How one policy follows another while flows live: what keeps its number, and what cannot.
#include <algorithm>
#include <set>

#include "synsplice/policy/policy.h"

namespace synsplice {
// All of it as removed, until the configuration names it again.
void Policy::TakeOver(const Policy& previous) {
  services_ = previous.services_;
  listeners_ = previous.listeners_;
  backends_ = previous.backends_;
  roles_ = previous.roles_;
  neighbours_ = previous.neighbours_;
  lists_ = previous.lists_;
  for (Listener& listener : listeners_) listener.backends.clear(), listener.weights.clear();
  for (Backend& backend : backends_) {
    backend.removed = backend.direct_bridge = true;
    backend.checked = false;
  }
  present_.resize(services_.size());
}

void Policy::NumberServices() {
  const std::vector<ServiceConfig>& services = config_.services;
  std::vector<std::optional<uint16_t>> numbers;
  numbers_.resize(services.size());
  for (const ServiceConfig& service : services) numbers.push_back(NumberByListeners(service));
  for (size_t i = 0; i < services.size(); ++i) {
    if (numbers[i]) GiveNumber(i, numbers[i]);
  }
  for (size_t i = 0; i < services.size(); ++i) {
    if (!numbers[i]) GiveNumber(i, NumberByName(services[i].name));
  }
}

// The first place of each is nobody's.
void Policy::CompareSizes() {
  if (services_.size() <= kMaxServices && listeners_.size() <= kMostEndpoints &&
      backends_.size() <= kMostEndpoints) {
    return;
  }
  obstacles_.push_back({"services", "too many different ones since the start"});
}

// A list that has gone keeps its number: nobody is on it.
void Policy::NumberLists() {
  for (const ListConfig& list : config_.lists) {
    if (ListNumber(list.name) == 0) lists_.push_back(list.name);
  }
  service_lists_.resize(services_.size());
  if (lists_.size() > size_t{kMaxLists} + 1) {
    obstacles_.push_back({"lists", "too many different ones since the start"});
    return;
  }
  for (size_t i = 0; i < services_.size(); ++i) {
    if (present_[i]) service_lists_[i] = ListsOf(services_[i]);
  }
}

ListMask Policy::ListsOf(const ServiceConfig& service) const {
  ListMask mask = 0;
  for (const ListConfig& list : config_.lists) {
    const bool wanted =
        !service.lists || std::ranges::find(*service.lists, list.name) != service.lists->end();
    if (wanted) mask |= MaskOf(ListNumber(list.name));
  }
  return mask;
}

// The service that its listeners belonged to.
std::optional<uint16_t> Policy::NumberByListeners(const ServiceConfig& service) {
  std::set<uint16_t> numbers;
  for (const Endpoint& endpoint : service.listen) {
    for (const VlanEndpoint& at : InVlans(endpoint, service.vlans)) {
      const auto found = roles_.find(at);
      if (found == roles_.end() || found->second.listener == 0) continue;
      numbers.insert(listeners_[found->second.listener].service);
    }
  }
  if (numbers.size() > 1) {
    obstacles_.push_back(
        {"services", "service '" + service.name + "' has listeners of several services before it"});
  }
  return numbers.empty() ? std::nullopt : std::optional(*numbers.begin());
}

std::optional<uint16_t> Policy::NumberByName(const std::string& name) const {
  const auto found = std::ranges::find(services_, name, &ServiceConfig::name);
  const auto number = static_cast<uint16_t>(found - services_.begin());
  if (found == services_.end() || present_[number]) return std::nullopt;
  return number;
}

// A new one where there is none yet.
void Policy::GiveNumber(size_t index, std::optional<uint16_t> number) {
  const ServiceConfig& service = config_.services[index];
  if (!number) {
    number = static_cast<uint16_t>(services_.size());
    services_.emplace_back();
    present_.push_back(false);
  }
  if (present_[*number]) {
    obstacles_.push_back({"services", "services '" + services_[*number].name + "' and '" +
                                          service.name + "' were one before"});
  }
  services_[*number] = service;
  present_[*number] = true;
  numbers_[index] = *number;
}

// The key of a flow has its group.
void Policy::CompareGroups(const Policy& previous) {
  for (size_t i = 1; i < previous.listeners_.size(); ++i) {
    if (listeners_[i].group == previous.listeners_[i].group) continue;
    obstacles_.push_back({"services", "service '" + service(listeners_[i]).name +
                                          "' comes to share backends with another one"});
  }
  for (size_t i = 1; i < previous.backends_.size(); ++i) {
    if (backends_[i].group == previous.backends_[i].group) continue;
    obstacles_.push_back({"services", "backend " + ToString(backends_[i].at()) +
                                          " moves to a service that had others"});
  }
}

// Between those that name a VLAN and those that name none: a frame would not be found to belong to
// a flow of the one before.
void Policy::CompareVlans(const Policy& previous) {
  for (const auto& [at, role] : roles_) {
    if (!at.vlan) continue;
    const Role now = Find(at.endpoint, {*at.vlan, 0});
    const Role before = previous.Find(at.endpoint, {*at.vlan, 0});
    const bool same = (before.listener == 0 || before.listener == now.listener) &&
                      (before.backend == 0 || before.backend == now.backend);
    if (same) continue;
    obstacles_.push_back(
        {"services", ToString(at) + " goes over between services with and without vlans"});
  }
}

}  // namespace synsplice
