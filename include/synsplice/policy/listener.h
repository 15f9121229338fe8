// What a service listens on, and what it leads to, as the packet path reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/policy/vlan_endpoint.h"

namespace synsplice {

using ListenerId = uint16_t;  // 0 = none
using BackendId = uint16_t;   // 0 = none

// One address:port on which a service answers, in one of its VLANs or, if it names none, in all in
// which no other service has it.
struct Listener {
  Endpoint endpoint;
  std::optional<uint16_t> vlan;
  uint16_t service = 0;             // number of the service
  uint16_t group = 0;               // services connected by shared backends have the same group
  uint16_t ring = 0;                // shared by listeners with the same backends
  bool limits_syns = false;         // by a rate
  std::vector<BackendId> backends;  // of the listener's address family; empty: it was removed
  std::vector<uint16_t> weights;    // of these backends

  bool IsRemoved() const { return backends.empty(); }
  VlanEndpoint at() const { return {endpoint, vlan}; }
};

// In the VLANs of its services: the same endpoint in another one may be another host.
struct Backend {
  Endpoint endpoint;
  std::optional<uint16_t> vlan;
  std::optional<Mac> mac;
  uint16_t group = 0;
  uint16_t neighbour = 0;      // key in the neighbour table: one per address, ports aside
  bool direct_bridge = false;  // ServiceConfig::Direct::kBridge
  bool removed = false;        // no service has it any more
  bool drained = false;        // it gets no new connections
  bool checked = false;        // whether it is up is asked for
  uint16_t service = 0;        // whose health, slow start and openings are its own

  VlanEndpoint at() const { return {endpoint, vlan}; }
};

}  // namespace synsplice
