#include "shared_endpoints.h"

#include <algorithm>

namespace synsplice {
namespace {

bool Meet(const ServiceConfig& a, const ServiceConfig& b) {
  return a.vlans.empty() || b.vlans.empty() ||
         std::ranges::find_first_of(a.vlans, b.vlans) != a.vlans.end();
}

}  // namespace

SharedEndpoints::SharedEndpoints(const std::vector<ServiceConfig>& services) {
  for (const ServiceConfig& service : services) Take(service);
}

void SharedEndpoints::Take(const ServiceConfig& service) {
  const bool transparent = service.backends.empty();
  for (const Endpoint& listener : service.listen) {
    listeners_.emplace(listener, &service);
    for (const VlanEndpoint& at : InVlans(listener, service.vlans)) {
      places_.insert(at);
      if (!transparent) continue;
      claims_.emplace(at, Claim{&service, std::nullopt});
      if (at.vlan) named_[listener].emplace(*at.vlan, &service);
    }
  }
  for (const BackendConfig& backend : service.backends) {
    for (const uint16_t vlan : service.vlans) named_[backend.endpoint].emplace(vlan, &service);
  }
}

void SharedEndpoints::Validate(const Examined& examined) {
  const ServiceConfig& service = examined.service;
  for (size_t i = 0; i < service.backends.size(); ++i) {
    const auto& [endpoint, mac, weight] = service.backends[i];
    const std::string key = Item("backends", i);
    for (const VlanEndpoint& at : InVlans(endpoint, service.vlans)) {
      if (!ValidateClaim(examined, key, at, mac)) break;
    }
    ValidateChain(examined, key, endpoint);
    ValidateReach(examined, key, endpoint, service.listen);
    ValidateChecks(examined, key, endpoint);
  }
  if (!service.backends.empty()) return;
  for (size_t i = 0; i < service.listen.size(); ++i) {
    const std::string key = Item("listen", i);
    ValidateReach(examined, key, service.listen[i], {service.listen[i]});
    ValidateChecks(examined, key, service.listen[i]);
  }
}

// A shared backend is one host: one way there, one answer to direct traffic, up or down.
bool SharedEndpoints::ValidateClaim(const Examined& examined, const std::string& key,
                                    const VlanEndpoint& at, const std::optional<Mac>& mac) {
  const Claim claim{&examined.service, mac};
  const auto [first, is_new] = claims_.try_emplace(at, claim);
  if (is_new) return true;
  const ServiceConfig& other = *first->second.service;
  const size_t before = examined.findings.size();
  const std::string who = PlaceText(at) + " is a backend of '" + other.name;
  if (first->second.mac != mac) examined.Fail(key, who + "' with another mac");
  const bool matters = !listeners_.contains(at.endpoint);
  if (matters && other.direct != examined.service.direct) {
    examined.Fail(key, who + "' with another direct");
  }
  if (other.health != examined.service.health) examined.Fail(key, who + "' with another health");
  if (other.slow_start != examined.service.slow_start) {
    examined.Fail(key, who + "' with another slow_start");
  }
  if (other.max_opening != examined.service.max_opening) {
    examined.Fail(key, who + "' with another max_opening");
  }
  if (other.opening_queue != examined.service.opening_queue) {
    examined.Fail(key, who + "' with another opening_queue");
  }
  return examined.findings.size() == before;
}

// An endpoint is asked as a client's server or as the host of a listener elsewhere, not as both.
void SharedEndpoints::ValidateChain(const Examined& examined, const std::string& key,
                                    const Endpoint& backend) {
  const auto [begin, end] = listeners_.equal_range(backend);
  for (auto listener = begin; listener != end; ++listener) {
    const std::vector<BackendConfig>& onward = listener->second->backends;
    const auto is_here = [&](const BackendConfig& to) { return to.endpoint == backend; };
    if (onward.empty() || std::ranges::any_of(onward, is_here)) continue;
    if (!Meet(*listener->second, examined.service)) continue;
    examined.Fail(key, ToString(backend) + " is a listener of '" + listener->second->name +
                           "', whose backends are others");
  }
}

// Who names a VLAN that is also its backend's takes what the backend says there. So that it is his
// clients' answer, the listeners of a service that names none do not lead to that backend there.
void SharedEndpoints::ValidateReach(const Examined& examined, const std::string& key,
                                    const Endpoint& backend, const std::vector<Endpoint>& listen) {
  const auto found = named_.find(backend);
  if (found == named_.end() || !examined.service.vlans.empty()) return;
  for (const auto& [vlan, other] : found->second) {
    for (const Endpoint& listener : listen) {
      if (listener.address.IsV4() != backend.address.IsV4()) continue;
      if (places_.contains({listener, vlan})) continue;
      examined.Fail(key, PlaceText({backend, vlan}) + " is a backend of '" + other->name +
                             "', and clients of " + ToString(listener) +
                             " would come to it there as well: name the VLANs of this service");
      return;
    }
  }
}

// What the backend says in a VLAN is taken for the answer to whoever names it.
void SharedEndpoints::ValidateChecks(const Examined& examined, const std::string& key,
                                     const Endpoint& backend) {
  const ServiceConfig& service = examined.service;
  const auto found = named_.find(backend);
  if (found == named_.end() || !service.vlans.empty() || !service.health.IsOn()) return;
  const auto other = found->second.find(service.health.vlan);
  if (other == found->second.end()) return;
  examined.Fail(key, PlaceText({backend, service.health.vlan}) + " is a backend of '" +
                         other->second->name +
                         "', and its checks would be answered as those of that one: name the "
                         "VLANs of this service, or another health.vlan");
}

}  // namespace synsplice
