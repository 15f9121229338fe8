// What is wrong with a configuration as a whole.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "examined.h"
#include "shared_endpoints.h"
#include "synsplice/policy/policy.h"
#include "validate_limits.h"
#include "validate_police.h"

namespace synsplice {
namespace {

bool HasFamily(const std::vector<Endpoint>& listen, const Address& address) {
  return std::ranges::any_of(
      listen, [&](const Endpoint& listener) { return listener.address.IsV4() == address.IsV4(); });
}

bool HasFamily(const std::vector<BackendConfig>& backends, const Address& address) {
  return std::ranges::any_of(backends, [&](const BackendConfig& backend) {
    return backend.endpoint.address.IsV4() == address.IsV4();
  });
}

void ValidateEndpoint(const Examined& examined, const std::string& key, const Endpoint& endpoint) {
  if (endpoint.port == 0) examined.Fail(key, ToString(endpoint) + ": port 0");
  if (IsImpossibleSource(endpoint.address)) {
    examined.Fail(key, ToString(endpoint) + ": no connection can use this address");
  }
}

void ValidateVlans(const Examined& examined) {
  const std::vector<uint16_t>& vlans = examined.service.vlans;
  for (size_t i = 0; i < vlans.size(); ++i) {
    if (vlans[i] > kMaxVid) examined.Fail(Item("vlans", i), "above 4094");
    if (std::find(vlans.begin(), vlans.begin() + static_cast<ptrdiff_t>(i), vlans[i]) !=
        vlans.begin() + static_cast<ptrdiff_t>(i)) {
      examined.Fail(Item("vlans", i), std::to_string(vlans[i]) + " is listed twice");
    }
  }
}

using Listeners = std::map<VlanEndpoint, const ServiceConfig*>;

// Services that share an endpoint have no VLAN in common that both name.
void ValidatePlaces(const Examined& examined, const std::string& key, const Endpoint& listener,
                    Listeners& seen) {
  for (const VlanEndpoint& at : InVlans(listener, examined.service.vlans)) {
    const auto [first, is_new] = seen.emplace(at, &examined.service);
    if (is_new) continue;
    examined.Fail(key, PlaceText(at) + " is a listener of '" + first->second->name + "' already");
    return;
  }
}

void ValidateListeners(const Examined& examined, Listeners& seen) {
  const auto& [index, service, findings] = examined;
  if (service.listen.empty()) examined.Fail("listen", "listens nowhere");
  for (size_t i = 0; i < service.listen.size(); ++i) {
    const Endpoint& listener = service.listen[i];
    const std::string key = Item("listen", i);
    ValidateEndpoint(examined, key, listener);
    ValidatePlaces(examined, key, listener, seen);
    if (!service.backends.empty() && !HasFamily(service.backends, listener.address)) {
      examined.Fail(key,
                    "listener " + ToString(listener) + " has no backend of its address family");
    }
  }
}

void ValidateBackends(const Examined& examined) {
  const auto& [index, service, findings] = examined;
  std::set<Endpoint> seen;
  for (size_t i = 0; i < service.backends.size(); ++i) {
    const Endpoint& backend = service.backends[i].endpoint;
    const std::string key = Item("backends", i);
    ValidateEndpoint(examined, key, backend);
    if (!seen.insert(backend).second) examined.Fail(key, ToString(backend) + " is listed twice");
    if (!HasFamily(service.listen, backend.address)) {
      examined.Fail(key, "backend " + ToString(backend) + " has no listener of its address family");
    }
  }
}

void ValidateRanges(const Examined& examined) {
  const Promise& promise = examined.service.promise;
  if (promise.mss.value_or(kMinMss) < kMinMss) examined.Fail("promise.mss", "below 216");
  if (promise.mss_v6.value_or(kMinMss) < kMinMss) examined.Fail("promise.mss_v6", "below 216");
  const uint8_t scale = promise.window_scale.value_or(kNoScale);
  if (scale != kNoScale && scale > kMaxWindowScale) {
    examined.Fail("promise.window_scale", "above 14");
  }
  const ConnlimitConfig& connlimit = examined.service.connlimit;
  if (connlimit.prefix_length_v4 > 32) examined.Fail("connlimit.prefix_v4", "above 32");
  if (connlimit.prefix_length_v6 > 128) examined.Fail("connlimit.prefix_v6", "above 128");
}

void ValidateEnd(const Examined& examined, const std::string& key, const Threshold& threshold) {
  const auto [start, end, hold] = threshold;
  if (end == 0 && start != 0) {
    examined.Fail(key + ".end", "0: nothing is below 0, it would never end");
  }
  if (end <= start) return;
  examined.Fail(key + ".end", std::to_string(end) + " is above the start, " +
                                  std::to_string(start) + ": it would end before it begins");
}

void ValidateThreshold(const Examined& examined, const std::string& name,
                       const std::optional<Threshold>& threshold) {
  if (!threshold) return;
  const std::string key = "adaptive." + name;
  if (threshold->start == 0) {
    examined.Fail(key + ".start", "0 is crossed always: that is mode 'always'");
  }
  ValidateEnd(examined, key, *threshold);
}

void ValidateAdaptive(const Examined& examined) {
  const AdaptiveConfig& adaptive = examined.service.adaptive;
  ValidateThreshold(examined, "syns_per_second", adaptive.syns_per_second);
  ValidateThreshold(examined, "in_flight", adaptive.in_flight);
  ValidateThreshold(examined, "incomplete_percent", adaptive.incomplete_percent);
  ValidateThreshold(examined, "bytes_per_second", adaptive.bytes_per_second);
  ValidateThreshold(examined, "risk_percent", adaptive.risk_percent);
  if (adaptive.incomplete_percent.value_or(Threshold{}).start > 100) {
    examined.Fail("adaptive.incomplete_percent.start", "above 100");
  }
  if (examined.service.mode == Mode::kAdaptive && adaptive == AdaptiveConfig{}) {
    examined.Fail("mode", "'adaptive' needs a threshold in 'adaptive': without one nothing begins");
  }
}

// A start of 0 is none.
void ValidateDetector(const Examined& examined) {
  const DetectorConfig& detector = examined.service.detector;
  if (detector.risk_percent.start != 0) {
    ValidateEnd(examined, "detector.risk_percent", detector.risk_percent);
  }
  if (detector.least_syns == 0) examined.Fail("detector.least_syns", "is 0");
}

void ValidateMode(const Examined& examined) {
  const ServiceConfig& service = examined.service;
  if (service.mode == Mode::kAlways || service.backends.empty()) return;
  examined.Fail("mode", "'" + std::string(Name(service.mode)) +
                            "' needs a service without backends: without us nobody would change "
                            "the address that clients ask for into a backend's");
}

void ValidateSignedBypass(const Examined& examined) {
  const auto& [index, service, findings] = examined;
  if (service.signed_bypass.empty()) return;
  if (!service.backends.empty()) {
    examined.Fail("signed_bypass",
                  "needs a service without backends: a signature covers the addresses that NAT "
                  "changes");
  }
  if (service.signed_bypass.size() > kMaxSignedBypass) {
    examined.Fail("signed_bypass", "more than 64 prefixes");
  }
  for (size_t i = 0; i < service.signed_bypass.size(); ++i) {
    const Prefix& prefix = service.signed_bypass[i];
    if (HasFamily(service.listen, prefix.address)) continue;
    examined.Fail(Item("signed_bypass", i),
                  ToString(prefix) + " has no listener of its address family");
  }
}

void ValidateSource(const Examined& examined, const std::string& key,
                    const std::optional<Address>& source, bool needed) {
  if (!source) {
    if (needed) examined.Fail("health", "needs " + key + ", which its backends are checked from");
  } else if (IsImpossibleSource(*source)) {
    examined.Fail("health." + key, ToString(*source) + ": no connection can use this address");
  }
}

void ValidateHealth(const Examined& examined) {
  const ServiceConfig& service = examined.service;
  const HealthConfig& health = service.health;
  if (health == HealthConfig{}) return;
  const auto listens = [&](bool v4) {
    return std::ranges::any_of(service.listen,
                               [&](const Endpoint& at) { return at.address.IsV4() == v4; });
  };
  ValidateSource(examined, "source_v4", health.source_v4, listens(true));
  ValidateSource(examined, "source_v6", health.source_v6, listens(false));
  if (health.timeout > health.interval) examined.Fail("health.timeout", "above health.interval");
  if (health.vlan > kMaxVid) examined.Fail("health.vlan", "above 4094");
  if (health.vlan != 0 && !service.vlans.empty()) {
    examined.Fail("health.vlan",
                  "beside vlans: each backend is checked in the VLANs of its service");
  }
  if (health.interval < Milliseconds(1)) examined.Fail("health.interval", "below 1 ms");
  if (health.rise == 0 || health.fall == 0) examined.Fail("health", "rise or fall is 0");
}

// A host of its own would answer for it.
void ValidateSources(const std::vector<ServiceConfig>& services, Findings& findings) {
  std::set<Address> hosts;
  for (const ServiceConfig& service : services) {
    for (const Endpoint& listener : service.listen) hosts.insert(listener.address);
    for (const BackendConfig& backend : service.backends) hosts.insert(backend.endpoint.address);
  }
  for (size_t i = 0; i < services.size(); ++i) {
    const HealthConfig& health = services[i].health;
    const Examined examined{i, services[i], findings};
    for (const auto& [key, source] :
         {std::pair("source_v4", health.source_v4), std::pair("source_v6", health.source_v6)}) {
      if (!source || !hosts.contains(*source)) continue;
      examined.Fail(std::string("health.") + key,
                    ToString(*source) + " is the address of a listener or a backend");
    }
  }
}

void ValidateServices(const std::vector<ServiceConfig>& services, Findings& findings) {
  Listeners listeners;
  SharedEndpoints shared(services);
  size_t endpoints = 0;
  for (size_t i = 0; i < services.size(); ++i) {
    const Examined examined{i, services[i], findings};
    ValidateVlans(examined);
    ValidateListeners(examined, listeners);
    ValidateBackends(examined);
    ValidateRanges(examined);
    const FailAt fail = std::bind_front(&Examined::Fail, &examined);
    ValidateLimits(services[i], fail);
    ValidatePolice(services[i], std::span(services).first(i), fail);
    ValidateMode(examined);
    ValidateAdaptive(examined);
    ValidateDetector(examined);
    ValidateSignedBypass(examined);
    ValidateHealth(examined);
    shared.Validate(examined);
    endpoints += (services[i].listen.size() + services[i].backends.size()) *
                 std::max<size_t>(services[i].vlans.size(), 1);
  }
  ValidateSources(services, findings);
  if (services.size() > kMaxServices) findings.push_back({"services", "more than 1024"});
  if (endpoints > kMaxEndpoints) {
    findings.push_back({"services", "more than 4096 listeners and backends, counted in each VLAN"});
  }
}

}  // namespace

std::vector<Policy::Finding> Policy::Validate(const Config& config) {
  Findings findings;
  ValidateServices(config.services, findings);
  const HandshakeConfig& handshake = config.handshake;
  if (config.cookie.epoch < Seconds(4)) findings.push_back({"cookie.epoch", "below 4 s"});
  if (handshake.slots == 0) findings.push_back({"handshake.slots", "is 0"});
  if (handshake.syn_retries > kMaxSynRetries) {
    findings.push_back({"handshake.syn_retries", "above 5"});
  }
  if (handshake.hold_frames > kMaxHoldFrames) {
    findings.push_back({"handshake.hold_frames", "above 32"});
  }
  return findings;
}

}  // namespace synsplice
