// A service of a configuration, and where to say what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "synsplice/policy/policy.h"

namespace synsplice {

using Findings = std::vector<Policy::Finding>;

inline std::string Item(const char* list, size_t index) {
  return std::string(list) + '[' + std::to_string(index) + ']';
}

struct Examined {
  size_t index;
  const ServiceConfig& service;
  Findings& findings;

  void Fail(const std::string& key, const std::string& sentence) const {
    findings.push_back(
        {Item("services", index) + '.' + key, "service '" + service.name + "': " + sentence});
  }
};

inline std::string PlaceText(const VlanEndpoint& at) {
  const std::string text = ToString(at.endpoint);
  return at.vlan ? text + " in VLAN " + std::to_string(*at.vlan) : text;
}

}  // namespace synsplice
