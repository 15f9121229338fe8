#include "synsplice/policy/vlan_endpoint.h"

#include <charconv>

#include "synsplice/policy/config.h"

namespace synsplice {
namespace {

std::optional<uint16_t> ParseVid(std::string_view text) {
  uint16_t vid = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, vid);
  return error == std::errc() && rest == end && vid <= kMaxVid ? std::optional(vid) : std::nullopt;
}

}  // namespace

std::vector<VlanEndpoint> InVlans(const Endpoint& endpoint, const std::vector<uint16_t>& vlans) {
  if (vlans.empty()) return {VlanEndpoint(endpoint)};
  std::vector<VlanEndpoint> all;
  for (const uint16_t vlan : vlans) all.emplace_back(endpoint, vlan);
  return all;
}

std::string ToString(const VlanEndpoint& at) {
  const std::string text = ToString(at.endpoint);
  return at.vlan ? text + '@' + std::to_string(*at.vlan) : text;
}

std::optional<VlanEndpoint> ParseVlanEndpoint(std::string_view text) {
  const size_t mark = text.find('@');
  const auto endpoint = ParseEndpoint(text.substr(0, mark));
  if (!endpoint || mark == std::string_view::npos) return endpoint;
  const auto vid = ParseVid(text.substr(mark + 1));
  return vid ? std::optional(VlanEndpoint(*endpoint, vid)) : std::nullopt;
}

}  // namespace synsplice
