// A transparent service and two NAT services that share a backend.
#pragma once

#include "support/tcp_frame.h"
#include "synsplice/policy/policy.h"

namespace synsplice::test {

inline Policy ExamplePolicy() {
  Config config;
  const auto add = [&config](const char* name, const char* listen, const char* backend) {
    ServiceConfig service;
    service.name = name;
    service.listen = {*ParseEndpoint(listen)};
    if (*backend) service.backends = {{*ParseEndpoint(backend), std::nullopt}};
    config.services.push_back(service);
  };
  add("web", "198.18.0.10:80", "");
  add("api", "198.18.0.20:443", "198.18.0.21:8443");
  add("old", "198.18.0.22:443", "198.18.0.21:8443");
  return Policy(std::move(config));
}

inline Bytes SegmentOf(const char* from, const char* to) {
  TcpFrame frame;
  frame.source = *ParseEndpoint(from);
  frame.destination = *ParseEndpoint(to);
  frame.flags = kA;
  return frame.Build();
}

}  // namespace synsplice::test
