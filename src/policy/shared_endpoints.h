// What several services say of one endpoint in one VLAN. Nothing of it may be lost silently.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "examined.h"

namespace synsplice {

class SharedEndpoints {
 public:
  explicit SharedEndpoints(const std::vector<ServiceConfig>& services);

  // REQUIRES: one of the services, each of which is examined once, in their order.
  void Validate(const Examined& examined);

 private:
  struct Claim {
    const ServiceConfig* service;
    std::optional<Mac> mac;
  };

  void Take(const ServiceConfig& service);
  bool ValidateClaim(const Examined& examined, const std::string& key, const VlanEndpoint& at,
                     const std::optional<Mac>& mac);
  void ValidateChain(const Examined& examined, const std::string& key, const Endpoint& backend);
  void ValidateReach(const Examined& examined, const std::string& key, const Endpoint& backend,
                     const std::vector<Endpoint>& listen);
  void ValidateChecks(const Examined& examined, const std::string& key, const Endpoint& backend);

  std::multimap<Endpoint, const ServiceConfig*> listeners_;
  std::set<VlanEndpoint> places_;         // of listeners
  std::map<VlanEndpoint, Claim> claims_;  // the first one of each backend
  // Backends of services that name VLANs.
  std::map<Endpoint, std::map<uint16_t, const ServiceConfig*>> named_;
};

}  // namespace synsplice
