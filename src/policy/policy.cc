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
  size_t endpoints = listeners_.size() + backends_.size();
  for (const ServiceConfig& service : config_.services) {
    endpoints += 2 * service.listen.size() + service.backends.size();
  }
  slots_.resize(std::bit_ceil(4 * endpoints));
  for (size_t i = 1; i < listeners_.size(); ++i) {
    SlotFor(listeners_[i].endpoint).role.listener = static_cast<ListenerId>(i);
  }
  for (size_t i = 1; i < backends_.size(); ++i) {
    SlotFor(backends_[i].endpoint).role.backend = static_cast<BackendId>(i);
  }
  NumberServices();
  NumberLists();
  for (size_t i = 0; i < numbers_.size(); ++i) {
    for (const Endpoint& endpoint : config_.services[i].listen) AddListener(numbers_[i], endpoint);
  }
  JoinGroups();
  BuildRings();
  FileAddresses();
  if (!previous) return;
  CompareGroups(*previous);
  CompareSizes();
}

void Policy::FileAddresses() {
  for (const Listener& listener : listeners_) {
    if (!listener.IsRemoved()) service_addresses_.push_back(listener.endpoint.address);
  }
  for (const EndpointSlot& slot : slots_) {
    if (IsGuarded(slot.role)) guarded_addresses_.push_back(slot.endpoint.address);
    if (IsGuardedBackend(slot.role)) guarded_backend_addresses_.push_back(slot.endpoint.address);
  }
  for (size_t id = 1; id < backends_.size(); ++id) {
    Backend& backend = backends_[id];
    const Address& address = backend.endpoint.address;
    present_backends_ += !backend.removed;
    if (!backend.removed) backend_addresses_.push_back(address);
    const auto next = static_cast<uint16_t>(neighbours_.size() + 1);
    backend.neighbour = neighbours_.try_emplace(address, next).first->second;
  }
  SortUnique(service_addresses_);
  SortUnique(guarded_addresses_);
  SortUnique(backend_addresses_);
  SortUnique(guarded_backend_addresses_);
  FileCheckSources();
  FilePoliced();
}

void Policy::FilePoliced() {
  for (const ServiceConfig& service : config_.services) {
    if (!PolicedAddresses::Polices(service.police)) continue;
    for (const Endpoint& endpoint : service.listen) {
      policed_.Add(endpoint.address, service.vlans, Find(endpoint).listener);
    }
  }
  policed_.Finish();
}

void Policy::FileCheckSources() {
  for (const ServiceConfig& service : config_.services) {
    const HealthConfig& health = service.health;
    for (const auto& source : {health.source_v4, health.source_v6}) {
      if (source) check_sources_.emplace_back(*source, health.vlan);
    }
  }
  SortUnique(check_sources_);
}

void Policy::AddListener(uint16_t number, const Endpoint& endpoint) {
  const ServiceConfig& service = services_[number];
  ListenerId& id = SlotFor(endpoint).role.listener;
  if (id == 0) {
    id = static_cast<ListenerId>(listeners_.size());
    listeners_.push_back({endpoint, number, 0, 0, {}, {}});
  }
  Listener& listener = listeners_[id];
  for (const BackendConfig& backend : service.backends) {
    if (backend.endpoint.address.IsV4() != endpoint.address.IsV4()) continue;
    listener.backends.push_back(AddBackend(backend, number));
    listener.weights.push_back(backend.weight);
  }
  if (service.backends.empty()) {
    listener.backends.push_back(AddBackend({endpoint, std::nullopt}, number));
    listener.weights.push_back(1);
  }
}

BackendId Policy::AddBackend(const BackendConfig& backend, uint16_t number) {
  BackendId& id = SlotFor(backend.endpoint).role.backend;
  if (id == 0) {
    id = static_cast<BackendId>(backends_.size());
    backends_.push_back({.endpoint = backend.endpoint, .mac = {}, .removed = true});
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
  added.drained = std::ranges::find(config_.drained, backend.endpoint) != config_.drained.end();
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

Policy::EndpointSlot& Policy::SlotFor(const Endpoint& endpoint) {
  auto& slot = const_cast<EndpointSlot&>(*FindSlot(endpoint));
  slot.endpoint = endpoint;
  return slot;
}

Policy::Role Policy::Find(const Endpoint& endpoint) const { return FindSlot(endpoint)->role; }

ListId Policy::ListNumber(const std::string& name) const {
  const auto found = std::ranges::find(lists_, name);
  return name.empty() || found == lists_.end() ? ListId{0}
                                               : static_cast<ListId>(found - lists_.begin());
}

bool Policy::IsServiceAddress(const Address& address) const {
  return std::ranges::binary_search(service_addresses_, address);
}

bool Policy::IsGuardedAddress(const Address& address) const {
  return std::ranges::binary_search(guarded_addresses_, address);
}

bool Policy::IsBackendAddress(const Address& address) const {
  return std::ranges::binary_search(backend_addresses_, address);
}

bool Policy::IsCheckSource(const Address& address, Vids vids) const {
  return vids.inner == 0 &&
         std::ranges::binary_search(check_sources_, std::pair(address, vids.outer));
}

bool Policy::IsGuardedBackendAddress(const Address& address) const {
  return std::ranges::binary_search(guarded_backend_addresses_, address);
}

uint16_t Policy::NeighbourId(const Address& address) const {
  const auto found = neighbours_.find(address);
  return found == neighbours_.end() ? uint16_t{0} : found->second;
}

}  // namespace synsplice
