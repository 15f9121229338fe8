// The configuration as the packet path reads it: immutable look-up tables.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/policy/backend_ring.h"
#include "synsplice/policy/config.h"
#include "synsplice/policy/listener.h"
#include "synsplice/policy/policed_addresses.h"

namespace synsplice {

// A policy may follow another one while flows live. What both have keeps its number: a listener or
// a backend by its endpoint and VLAN, a service by its listeners, else by its name. What the new
// one lacks stays known as removed: its flows go on, and whatever belongs to no flow passes as if
// it had never been ours, which is what a start with the new configuration would make of it.
// Numbers are given once.
class Policy {
 public:
  // Builds the tables. REQUIRES: Validate(config) is empty.
  explicit Policy(Config config) : Policy(std::move(config), nullptr) {}
  // What follows `previous`, which it does not refer to. Usable when obstacles() is empty.
  Policy(Config config, const Policy& previous) : Policy(std::move(config), &previous) {}

  struct Finding {
    std::string key;  // such as "services[1].listen[0]": the names and the order are the file's
    std::string sentence;
  };
  // What is wrong with `config` as a whole (relations between values that no single key shows).
  static std::vector<Finding> Validate(const Config& config);

  // Why flows could not go on from the policy before to this one: a restart can do it.
  const std::vector<Finding>& obstacles() const { return obstacles_; }
  const Config& config() const { return config_; }
  // By number, removed ones as they were: not in the order of the configuration.
  const ServiceConfig& service(size_t number) const { return services_[number]; }
  const ServiceConfig& service(const Listener& listener) const {
    return services_[listener.service];
  }
  size_t service_count() const { return services_.size(); }
  // Those that are not removed.
  size_t present_services() const { return numbers_.size(); }
  size_t present_backends() const { return present_backends_; }
  bool IsServiceRemoved(size_t number) const { return !present_[number]; }
  const Listener& listener(ListenerId id) const { return listeners_[id]; }
  const Backend& backend(BackendId id) const { return backends_[id]; }
  size_t listener_count() const { return listeners_.size(); }  // ids 1 .. listener_count() - 1
  size_t backend_count() const { return backends_.size(); }

  // What an endpoint is to us in a VLAN, the outermost one; both ids may be set (transparent
  // service). Who names the VLAN goes before who names none.
  struct Role {
    ListenerId listener = 0;
    BackendId backend = 0;
  };
  Role Find(const Endpoint& endpoint, Vids vids) const {
    const EndpointSlot& slot = *FindSlot(endpoint);
    return slot.vlans_begin == slot.vlans_end ? slot.role : RoleIn(slot, vids.outer);
  }
  // The backend that has this name; 0: there is none.
  BackendId BackendAt(const VlanEndpoint& at) const;

  // Whether TCP from outside to such an endpoint is judged or dropped, never bridged.
  bool IsGuarded(Role role) const {
    if (!listeners_[role.listener].IsRemoved()) return IsChallenged(role.listener);
    return role.backend != 0 && !backends_[role.backend].direct_bridge;
  }
  // The same from inside, of what nobody can tell a flow of.
  bool IsGuardedBackend(Role role) const {
    if (role.backend == 0 || backends_[role.backend].removed) return false;
    return listeners_[role.listener].IsRemoved() || IsChallenged(role.listener);
  }

  // Whether a listener (guarded endpoint, backend ...) has this address in the VLAN, at any port.
  bool IsServiceAddress(const Address& address, Vids vids) const;
  bool IsGuardedAddress(const Address& address, Vids vids) const;
  bool IsBackendAddress(const Address& address, Vids vids) const;
  bool IsGuardedBackendAddress(const Address& address, Vids vids) const;
  // Whose fragments, UDP and ICMP are policed.
  const PolicedAddresses& policed() const { return policed_; }

  // Of a backend's address, for the neighbour table, which asks for the VLAN as well; 0: of others.
  uint16_t NeighbourId(const Address& address) const;

  // How a backend is checked; nullptr: it is not.
  const HealthConfig* HealthOf(BackendId id) const {
    const Backend& backend = backends_[id];
    return backend.checked ? &services_[backend.service].health : nullptr;
  }
  // How long a backend that has come back has less than its share.
  Seconds SlowStartOf(BackendId id) const { return services_[backends_[id].service].slow_start; }
  // Of the service whose max_opening and opening_queue are the backend's.
  const ServiceConfig& OpeningOf(BackendId id) const { return services_[backends_[id].service]; }
  // In which VLAN `backend` is checked; 0: without a tag.
  static uint16_t CheckVlanOf(const HealthConfig& health, const Backend& backend) {
    return backend.vlan.value_or(health.vlan);
  }
  // Where checks of `backend` come from.
  static const Address& SourceOf(const HealthConfig& health, const Backend& backend) {
    return backend.endpoint.address.IsV4() ? *health.source_v4 : *health.source_v6;
  }
  // Whether checks come from `address` there: nobody else answers for it.
  bool IsCheckSource(const Address& address, Vids vids) const;
  // The number of a list, given once by its name; 0: there is none.
  ListId ListNumber(const std::string& name) const;
  // Those that look after a service's clients; none of a removed one.
  ListMask ListsOf(const Listener& listener) const { return service_lists_[listener.service]; }

  // The client's backend of `listener`, or another one if that is `in_use`. nullopt: none is left.
  std::optional<BackendId> ChooseBackend(const Listener& listener, const Address& client,
                                         const BackendsInUse& in_use) const {
    return RingOf(listener).Choose(client, in_use);
  }
  const BackendRing& RingOf(const Listener& listener) const { return rings_[listener.ring]; }

  // Whether there is a backend that may get new connections.
  bool IsOpen(const Listener& listener) const { return !RingOf(listener).empty(); }

  // How long a cookie may be valid: two epochs.
  Milliseconds cookie_life() const { return 2 * config_.cookie.epoch; }

 private:
  struct VlanRole {
    uint16_t vlan = 0;
    Role role;
  };
  struct EndpointSlot {
    Endpoint endpoint;
    Role role;                                // where no service names the VLAN
    uint32_t vlans_begin = 0, vlans_end = 0;  // of the others in vlan_roles_, sorted
  };
  // Addresses in one VLAN, or in all that nobody names for them.
  using VlanAddress = std::pair<Address, std::optional<uint16_t>>;
  using VlanAddresses = std::vector<VlanAddress>;  // sorted

  Policy(Config config, const Policy* previous);

  // Whether there may be cookies.
  bool IsChallenged(ListenerId id) const { return service(listeners_[id]).mode >= Mode::kAdaptive; }
  void TakeOver(const Policy& previous);
  void NumberServices();
  std::optional<uint16_t> NumberByListeners(const ServiceConfig& service);
  std::optional<uint16_t> NumberByName(const std::string& name) const;
  void GiveNumber(size_t index, std::optional<uint16_t> number);
  void AddListeners(uint16_t number);
  void AddListener(uint16_t number, const VlanEndpoint& at);
  BackendId AddBackend(const BackendConfig& backend, std::optional<uint16_t> vlan, uint16_t number);
  Role RulingRole(const VlanEndpoint& at) const;
  void FileRoles();
  Role RoleIn(const EndpointSlot& slot, uint16_t vlan) const;
  void FileNeighbours();
  void FileAddresses();
  void FileAddress(const VlanAddress& at, Role role);
  bool Has(const VlanAddresses& addresses, const Address& address, Vids vids) const;
  void FileCheckSources();
  void FilePoliced();
  void CompareGroups(const Policy& previous);
  void CompareVlans(const Policy& previous);
  void CompareSizes();
  void NumberLists();
  ListMask ListsOf(const ServiceConfig& service) const;
  void JoinGroups();
  void BuildRings();
  const EndpointSlot* FindSlot(const Endpoint& endpoint) const;

  Config config_;
  std::vector<Finding> obstacles_;
  std::vector<ServiceConfig> services_;
  std::vector<bool> present_;            // by number of the service
  std::vector<uint16_t> numbers_;        // of the configuration's services
  std::vector<std::string> lists_;       // names by ListId; [0] unused
  std::vector<ListMask> service_lists_;  // by number of the service
  std::vector<Listener> listeners_;      // [0] unused
  std::vector<Backend> backends_;        // [0] unused
  size_t present_backends_ = 0;
  std::vector<BackendRing> rings_;
  std::map<VlanEndpoint, Role> roles_;  // by who names the VLAN, removed ones included
  std::vector<EndpointSlot> slots_;     // open addressing, a quarter full at most
  std::vector<VlanRole> vlan_roles_;
  VlanAddresses named_vlans_;  // in which others may have an address than in those nobody names
  VlanAddresses service_addresses_, guarded_addresses_;
  VlanAddresses backend_addresses_, guarded_backend_addresses_;
  std::vector<std::pair<Address, uint16_t>> check_sources_;  // with their VLAN
  PolicedAddresses policed_;
  std::map<Address, uint16_t> neighbours_;
};

}  // namespace synsplice
