// Where a service is: an endpoint, in one VLAN or in all.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice {

struct VlanEndpoint {
  VlanEndpoint() = default;
  VlanEndpoint(const Endpoint& where, std::optional<uint16_t> in = {})
      : endpoint(where), vlan(in) {}

  Endpoint endpoint;
  std::optional<uint16_t> vlan;  // outermost VID, 0: untagged; nullopt: all that no other names

  auto operator<=>(const VlanEndpoint&) const = default;
};

// `endpoint` in each of these VLANs; in all, if there are none.
std::vector<VlanEndpoint> InVlans(const Endpoint& endpoint, const std::vector<uint16_t>& vlans);

// "198.18.0.10:80", and in a VLAN "198.18.0.10:80@10". Parse answers nullopt for anything else.
std::string ToString(const VlanEndpoint& at);
std::optional<VlanEndpoint> ParseVlanEndpoint(std::string_view text);

}  // namespace synsplice
