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

void SortUnique(std::vector<Address>& addresses) {
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

}  // namespace

Policy::Policy(Config config) : config_(std::move(config)), listeners_(1), backends_(1) {
  size_t endpoints = 1;
  for (const ServiceConfig& service : config_.services) {
    endpoints += 2 * service.listen.size() + service.backends.size();
  }
  slots_.resize(std::bit_ceil(4 * endpoints));
  for (size_t i = 0; i < config_.services.size(); ++i) {
    for (const Endpoint& endpoint : config_.services[i].listen) AddListener(i, endpoint);
  }
  JoinGroups();
  BuildRings();
  for (const EndpointSlot& slot : slots_) {
    if (IsGuarded(slot.role)) guarded_addresses_.push_back(slot.endpoint.address);
  }
  SortUnique(service_addresses_);
  SortUnique(guarded_addresses_);
  SortUnique(backend_addresses_);
  for (size_t id = 1; id < backends_.size(); ++id) {
    backends_[id].neighbour = NeighbourId(backends_[id].endpoint.address);
  }
}

void Policy::AddListener(size_t service_index, const Endpoint& endpoint) {
  const ServiceConfig& service = config_.services[service_index];
  const bool bridge = service.direct == ServiceConfig::Direct::kBridge;
  Listener listener;
  listener.endpoint = endpoint;
  listener.service = static_cast<uint16_t>(service_index);
  for (const BackendConfig& backend : service.backends) {
    if (backend.endpoint.address.IsV4() != endpoint.address.IsV4()) continue;
    listener.backends.push_back(AddBackend(backend, bridge));
  }
  if (service.backends.empty()) {
    listener.backends.push_back(AddBackend({endpoint, std::nullopt}, bridge));
  }
  SlotFor(endpoint).role.listener = static_cast<ListenerId>(listeners_.size());
  listeners_.push_back(std::move(listener));
  service_addresses_.push_back(endpoint.address);
}

BackendId Policy::AddBackend(const BackendConfig& backend, bool direct_bridge) {
  BackendId& id = SlotFor(backend.endpoint).role.backend;
  if (id != 0) return id;
  id = static_cast<BackendId>(backends_.size());
  backends_.push_back({backend.endpoint, backend.mac, 0, 0, direct_bridge});
  backend_addresses_.push_back(backend.endpoint.address);
  return id;
}

// Every listener and its backends get one group; shared backends join groups.
void Policy::JoinGroups() {
  bool changed = true;
  for (size_t i = 1; i < listeners_.size(); ++i) listeners_[i].group = static_cast<uint16_t>(i);
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
  std::map<std::vector<BackendId>, uint16_t> known;
  for (size_t i = 1; i < listeners_.size(); ++i) {
    Listener& listener = listeners_[i];
    const auto next = static_cast<uint16_t>(rings_.size());
    const auto [ring, is_new] = known.try_emplace(listener.backends, next);
    listener.ring = ring->second;
    if (!is_new) continue;
    std::vector<BackendRing::Member> members;
    for (const BackendId id : listener.backends) members.push_back({id, backends_[id].endpoint});
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

bool Policy::IsServiceAddress(const Address& address) const {
  return std::ranges::binary_search(service_addresses_, address);
}

bool Policy::IsGuardedAddress(const Address& address) const {
  return std::ranges::binary_search(guarded_addresses_, address);
}

uint16_t Policy::NeighbourId(const Address& address) const {
  const auto found = std::ranges::lower_bound(backend_addresses_, address);
  if (found == backend_addresses_.end() || *found != address) return 0;
  return static_cast<uint16_t>(found - backend_addresses_.begin() + 1);
}

}  // namespace synsplice
