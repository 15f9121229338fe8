#include "synsplice/policy/policy.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

#include "synsplice/base/check.h"

namespace synsplice {
namespace {

// Spreads the few endpoints of a configuration; look-ups of others end at the first free slot.
size_t SpreadOf(const Endpoint& endpoint) {
  uint64_t hash = endpoint.address.High() * 0x9e3779b97f4a7c15u;
  hash = (hash ^ endpoint.address.Low()) * 0xd6e8feb86659fd93u;
  hash = (hash ^ endpoint.port) * 0x9e3779b97f4a7c15u;
  return hash >> 32;
}

template <typename T>
void SortUnique(std::vector<T>& items) {
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

Policy::Policy(Config config, const Policy* previous)
    : config_(std::move(config)), lists_(1), listeners_(1), backends_(1) {
  if (previous) TakeOver(*previous);
  NumberServices();
  NumberLists();
  for (const uint16_t number : numbers_) AddListeners(number);
  JoinGroups();
  BuildRings();
  FileRoles();
  FileNeighbours();
  FileAddresses();
  FileCheckSources();
  FilePoliced();
  if (!previous) return;
  CompareGroups(*previous);
  CompareVlans(*previous);
  CompareSizes();
}

// What an endpoint is in a VLAN that a service names, or has named. Of what was removed the flows
// go on, in all VLANs in which nobody else has it.
Policy::Role Policy::RulingRole(const VlanEndpoint& at) const {
  Role role = roles_.at(at);
  const auto found = roles_.find(VlanEndpoint(at.endpoint));
  if (found == roles_.end()) return role;
  const Role general = found->second;
  const auto listens = [&](ListenerId id) { return !listeners_[id].IsRemoved(); };
  const auto serves = [&](BackendId id) { return id != 0 && !backends_[id].removed; };
  if (role.listener == 0 || (!listens(role.listener) && listens(general.listener))) {
    role.listener = general.listener;
  }
  if (role.backend == 0 || (!serves(role.backend) && serves(general.backend))) {
    role.backend = general.backend;
  }
  return role;
}

void Policy::FileRoles() {
  slots_.resize(std::bit_ceil(4 * roles_.size() + 4));
  for (const auto& [at, role] : roles_) {
    auto& slot = const_cast<EndpointSlot&>(*FindSlot(at.endpoint));
    // The one of no VLAN comes first.
    if (slot.endpoint.port == 0) slot.vlans_begin = static_cast<uint32_t>(vlan_roles_.size());
    slot.endpoint = at.endpoint;
    if (at.vlan) {
      vlan_roles_.push_back({*at.vlan, RulingRole(at)});
    } else {
      slot.role = role;
    }
    slot.vlans_end = static_cast<uint32_t>(vlan_roles_.size());
  }
}

Policy::Role Policy::RoleIn(const EndpointSlot& slot, uint16_t vlan) const {
  const auto vlans =
      std::span(vlan_roles_).subspan(slot.vlans_begin, slot.vlans_end - slot.vlans_begin);
  const auto found = std::ranges::lower_bound(vlans, vlan, {}, &VlanRole::vlan);
  return found == vlans.end() || found->vlan != vlan ? slot.role : found->role;
}

void Policy::FileNeighbours() {
  for (size_t id = 1; id < backends_.size(); ++id) {
    Backend& backend = backends_[id];
    present_backends_ += !backend.removed;
    const auto next = static_cast<uint16_t>(neighbours_.size() + 1);
    backend.neighbour = neighbours_.try_emplace(backend.endpoint.address, next).first->second;
  }
}

// Of each address: in the VLANs that are named for it, whatever the port, and in all others.
void Policy::FileAddresses() {
  for (const auto& [at, role] : roles_) {
    if (at.vlan) named_vlans_.emplace_back(at.endpoint.address, at.vlan);
  }
  SortUnique(named_vlans_);
  for (const auto& [at, role] : roles_) {
    const Address& address = at.endpoint.address;
    if (!at.vlan) FileAddress({address, std::nullopt}, role);
    const auto first = std::ranges::lower_bound(named_vlans_, VlanAddress(address, std::nullopt));
    for (auto named = first; named != named_vlans_.end() && named->first == address; ++named) {
      FileAddress(*named, Find(at.endpoint, {*named->second, 0}));
    }
  }
  SortUnique(service_addresses_);
  SortUnique(guarded_addresses_);
  SortUnique(backend_addresses_);
  SortUnique(guarded_backend_addresses_);
}

void Policy::FileAddress(const VlanAddress& at, Role role) {
  if (!listeners_[role.listener].IsRemoved()) service_addresses_.push_back(at);
  if (role.backend != 0 && !backends_[role.backend].removed) backend_addresses_.push_back(at);
  if (IsGuarded(role)) guarded_addresses_.push_back(at);
  if (IsGuardedBackend(role)) guarded_backend_addresses_.push_back(at);
}

// Where a service names a VLAN for an address the policing of one that names none ends.
void Policy::FilePoliced() {
  const auto polices = [](const ServiceConfig& service) {
    return PolicedAddresses::Polices(service.police);
  };
  if (std::ranges::none_of(config_.services, polices)) return;
  for (const ServiceConfig& service : config_.services) {
    for (const Endpoint& endpoint : service.listen) {
      for (const VlanEndpoint& at : InVlans(endpoint, service.vlans)) {
        const ListenerId listener = polices(service) ? roles_[at].listener : ListenerId{0};
        policed_.Add(endpoint.address, at.vlan, listener);
      }
    }
  }
}

void Policy::FileCheckSources() {
  for (const ServiceConfig& service : config_.services) {
    const HealthConfig& health = service.health;
    for (const auto& source : {health.source_v4, health.source_v6}) {
      if (!source) continue;
      if (service.vlans.empty()) check_sources_.emplace_back(*source, health.vlan);
      for (const uint16_t vlan : service.vlans) check_sources_.emplace_back(*source, vlan);
    }
  }
  SortUnique(check_sources_);
}

void Policy::AddListeners(uint16_t number) {
  const ServiceConfig& service = services_[number];
  for (const Endpoint& endpoint : service.listen) {
    for (const VlanEndpoint& at : InVlans(endpoint, service.vlans)) AddListener(number, at);
  }
}

void Policy::AddListener(uint16_t number, const VlanEndpoint& at) {
  const ServiceConfig& service = services_[number];
  ListenerId& id = roles_[at].listener;
  if (id == 0) {
    id = static_cast<ListenerId>(listeners_.size());
    listeners_.push_back({.endpoint = at.endpoint,
                          .vlan = at.vlan,
                          .service = number,
                          .backends = {},
                          .weights = {}});
  }
  Listener& listener = listeners_[id];
  listener.limits_syns =
      service.syn_limit.rate.count != 0 || service.syn_limit_per_source.rate.count != 0;
  for (const BackendConfig& backend : service.backends) {
    if (backend.endpoint.address.IsV4() != at.endpoint.address.IsV4()) continue;
    listener.backends.push_back(AddBackend(backend, at.vlan, number));
    listener.weights.push_back(backend.weight);
  }
  if (service.backends.empty()) {
    listener.backends.push_back(AddBackend({at.endpoint, std::nullopt}, at.vlan, number));
    listener.weights.push_back(1);
  }
}

BackendId Policy::AddBackend(const BackendConfig& backend, std::optional<uint16_t> vlan,
                             uint16_t number) {
  const VlanEndpoint at(backend.endpoint, vlan);
  BackendId& id = roles_[at].backend;
  if (id == 0) {
    id = static_cast<BackendId>(backends_.size());
    backends_.push_back({.endpoint = at.endpoint, .vlan = vlan, .mac = {}, .removed = true});
  }
  Backend& added = backends_[id];
  // What several services say of one backend was compared; of a listener of its own the first one
  // speaks.
  if (added.removed) {
    const ServiceConfig& service = services_[number];
    added.mac = backend.mac;
    added.direct_bridge = service.direct == ServiceConfig::Direct::kBridge;
    added.checked = service.health.IsOn();
    added.service = number;
  }
  added.removed = false;
  added.drained = std::ranges::find(config_.drained, at) != config_.drained.end();
  return id;
}

// Every listener and its backends get one group; shared backends join groups.
void Policy::JoinGroups() {
  bool changed = true;
  for (size_t i = 1; i < listeners_.size(); ++i) {
    uint16_t& group = listeners_[i].group;
    if (group == 0) group = static_cast<uint16_t>(i);
  }
  while (changed) {
    changed = false;
    for (size_t i = 1; i < listeners_.size(); ++i) {
      Listener& listener = listeners_[i];
      for (const BackendId id : listener.backends) {
        uint16_t& group = backends_[id].group;
        const uint16_t lower = group == 0 ? listener.group : std::min(group, listener.group);
        changed |= group != lower || listener.group != lower;
        group = listener.group = lower;
      }
    }
  }
}

void Policy::BuildRings() {
  std::map<std::pair<std::vector<BackendId>, std::vector<uint16_t>>, uint16_t> known;
  for (size_t i = 1; i < listeners_.size(); ++i) {
    Listener& listener = listeners_[i];
    const auto next = static_cast<uint16_t>(rings_.size());
    const auto [ring, is_new] = known.try_emplace({listener.backends, listener.weights}, next);
    listener.ring = ring->second;
    if (!is_new) continue;
    std::vector<BackendRing::Member> members;
    for (size_t k = 0; k < listener.backends.size(); ++k) {
      const BackendId id = listener.backends[k];
      const uint16_t weight = listener.weights[k];
      if (!backends_[id].drained) members.push_back({id, backends_[id].endpoint, weight});
    }
    rings_.emplace_back(members);
  }
}

const Policy::EndpointSlot* Policy::FindSlot(const Endpoint& endpoint) const {
  const size_t mask = slots_.size() - 1;
  size_t index = SpreadOf(endpoint) & mask;
  while (slots_[index].endpoint.port != 0 && slots_[index].endpoint != endpoint) {
    index = (index + 1) & mask;
  }
  return &slots_[index];
}

BackendId Policy::BackendAt(const VlanEndpoint& at) const {
  const auto found = roles_.find(at);
  return found == roles_.end() ? BackendId{0} : found->second.backend;
}

ListId Policy::ListNumber(const std::string& name) const {
  const auto found = std::ranges::find(lists_, name);
  return name.empty() || found == lists_.end() ? ListId{0}
                                               : static_cast<ListId>(found - lists_.begin());
}

bool Policy::Has(const VlanAddresses& addresses, const Address& address, Vids vids) const {
  const VlanAddress named(address, vids.outer);
  const bool is_named = !named_vlans_.empty() && std::ranges::binary_search(named_vlans_, named);
  return std::ranges::binary_search(addresses, is_named ? named : VlanAddress(address, {}));
}

bool Policy::IsServiceAddress(const Address& address, Vids vids) const {
  return Has(service_addresses_, address, vids);
}

bool Policy::IsGuardedAddress(const Address& address, Vids vids) const {
  return Has(guarded_addresses_, address, vids);
}

bool Policy::IsBackendAddress(const Address& address, Vids vids) const {
  return Has(backend_addresses_, address, vids);
}

bool Policy::IsGuardedBackendAddress(const Address& address, Vids vids) const {
  return Has(guarded_backend_addresses_, address, vids);
}

bool Policy::IsCheckSource(const Address& address, Vids vids) const {
  return vids.inner == 0 &&
         std::ranges::binary_search(check_sources_, std::pair(address, vids.outer));
}

uint16_t Policy::NeighbourId(const Address& address) const {
  const auto found = neighbours_.find(address);
  return found == neighbours_.end() ? uint16_t{0} : found->second;
}

}  // namespace synsplice
