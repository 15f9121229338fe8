// What is wrong with a configuration as a whole.
#include <algorithm>
#include <set>

#include "synsplice/proxy/policy.h"

namespace synsplice {
namespace {

using Findings = std::vector<std::string>;

bool HasFamily(const ServiceConfig& service, bool v4) {
  return std::ranges::any_of(service.backends, [&](const BackendConfig& backend) {
    return backend.endpoint.address.IsV4() == v4;
  });
}

void ValidateEndpoint(const std::string& who, const Endpoint& endpoint, Findings& findings) {
  if (endpoint.port == 0) findings.push_back(who + ToString(endpoint) + ": port 0");
  if (IsImpossibleSource(endpoint.address)) {
    findings.push_back(who + ToString(endpoint) + ": no connection can use this address");
  }
}

void ValidateFamilies(const std::string& who, const ServiceConfig& service, Findings& findings) {
  if (service.backends.empty()) return;
  for (const Endpoint& listener : service.listen) {
    if (HasFamily(service, listener.address.IsV4())) continue;
    findings.push_back(who + "listener " + ToString(listener) +
                       " has no backend of its address family");
  }
  for (const BackendConfig& backend : service.backends) {
    const bool used = std::ranges::any_of(service.listen, [&](const Endpoint& listener) {
      return listener.address.IsV4() == backend.endpoint.address.IsV4();
    });
    if (used) continue;
    findings.push_back(who + "backend " + ToString(backend.endpoint) +
                       " has no listener of its address family");
  }
}

void ValidateRanges(const std::string& who, const ServiceConfig& service, Findings& findings) {
  const Promise& promise = service.promise;
  if (promise.mss.value_or(kMinMss) < kMinMss || promise.mss_v6.value_or(kMinMss) < kMinMss) {
    findings.push_back(who + "promise.mss below 216");
  }
  const uint8_t scale = promise.window_scale.value_or(kNoScale);
  if (scale != kNoScale && scale > kMaxWindowScale) {
    findings.push_back(who + "promise.window_scale above 14");
  }
  if (service.connlimit.prefix_length_v4 > 32 || service.connlimit.prefix_length_v6 > 128) {
    findings.push_back(who + "connlimit prefix longer than the address");
  }
}

void ValidateSignedBypass(const std::string& who, const ServiceConfig& service,
                          Findings& findings) {
  if (service.signed_bypass.empty()) return;
  if (!service.backends.empty()) {
    findings.push_back(who +
                       "signed_bypass needs a service without backends: a signature covers the "
                       "addresses that NAT changes");
  }
  if (service.signed_bypass.size() > kMaxSignedBypass) {
    findings.push_back(who + "signed_bypass has more than 64 prefixes");
  }
  for (const Prefix& prefix : service.signed_bypass) {
    const bool used = std::ranges::any_of(service.listen, [&](const Endpoint& listener) {
      return listener.address.IsV4() == prefix.address.IsV4();
    });
    if (used) continue;
    findings.push_back(who + "signed_bypass " + ToString(prefix) +
                       " has no listener of its address family");
  }
}

struct Seen {
  std::set<Endpoint> listeners;
  std::set<std::pair<size_t, Endpoint>> backends;  // per service
};

void ValidateService(size_t index, const ServiceConfig& service, Seen& seen, Findings& findings) {
  const std::string who = "service '" + service.name + "': ";
  if (service.listen.empty()) findings.push_back(who + "listens nowhere");
  for (const Endpoint& listener : service.listen) {
    ValidateEndpoint(who, listener, findings);
    if (seen.listeners.insert(listener).second) continue;
    findings.push_back(who + ToString(listener) + " is another listener already");
  }
  for (const BackendConfig& backend : service.backends) {
    ValidateEndpoint(who, backend.endpoint, findings);
    if (seen.backends.insert({index, backend.endpoint}).second) continue;
    findings.push_back(who + ToString(backend.endpoint) + " is listed twice");
  }
  ValidateFamilies(who, service, findings);
  ValidateRanges(who, service, findings);
  ValidateSignedBypass(who, service, findings);
}

void ValidateHandshake(const HandshakeConfig& handshake, Findings& findings) {
  if (handshake.slots == 0) findings.push_back("handshake.slots is 0");
  if (handshake.syn_retries > kMaxSynRetries) findings.push_back("handshake.syn_retries above 5");
  if (handshake.hold_frames > kMaxHoldFrames) findings.push_back("handshake.hold_frames above 32");
}

}  // namespace

std::vector<std::string> Policy::Validate(const Config& config) {
  Findings findings;
  Seen seen;
  size_t endpoints = 0;
  for (size_t i = 0; i < config.services.size(); ++i) {
    ValidateService(i, config.services[i], seen, findings);
    endpoints += config.services[i].listen.size() + config.services[i].backends.size();
  }
  if (config.services.size() > kMaxServices) findings.push_back("more than 1024 services");
  if (endpoints > kMaxEndpoints) findings.push_back("more than 4096 listeners and backends");
  if (config.cookie.epoch < Seconds(4)) findings.push_back("cookie.epoch below 4 s");
  ValidateHandshake(config.handshake, findings);
  return findings;
}

}  // namespace synsplice
