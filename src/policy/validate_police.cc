#include "validate_police.h"

#include <algorithm>
#include <utility>

#include "synsplice/policy/policed_addresses.h"

namespace synsplice {
namespace {

void ValidateRanges(const PoliceConfig& police, const FailAt& fail) {
  for (const auto& [key, value] : {std::pair("ack", police.ack),
                                   {"syn_ack", police.syn_ack},
                                   {"rst", police.rst},
                                   {"fin", police.fin},
                                   {"fragments", police.fragments},
                                   {"udp", police.udp},
                                   {"icmp", police.icmp}}) {
    if (value <= kMostPoliced) continue;
    fail(std::string("police.") + key, "above " + std::to_string(kMostPoliced));
  }
}

// Who names a VLAN goes before who names none: these two do not meet.
bool Meet(const ServiceConfig& a, const ServiceConfig& b) {
  return (a.vlans.empty() && b.vlans.empty()) ||
         std::ranges::find_first_of(a.vlans, b.vlans) != a.vlans.end();
}

bool ListensAt(const ServiceConfig& service, const Address& address) {
  return std::ranges::any_of(service.listen,
                             [&](const Endpoint& at) { return at.address == address; });
}

void ValidateBeside(const ServiceConfig& service, const ServiceConfig& other, const FailAt& fail) {
  if (!PolicedAddresses::Polices(other.police) || !Meet(service, other)) return;
  const auto shared = std::ranges::find_if(
      service.listen, [&](const Endpoint& at) { return ListensAt(other, at.address); });
  if (shared == service.listen.end()) return;
  fail("police", "'" + other.name + "' polices " + ToString(shared->address) +
                     " already: fragments, udp and icmp have no port, one service has them all");
}

}  // namespace

// What has no port is one service's, not that of all that listen at the address.
void ValidatePolice(const ServiceConfig& service, std::span<const ServiceConfig> before,
                    const FailAt& fail) {
  ValidateRanges(service.police, fail);
  if (!PolicedAddresses::Polices(service.police)) return;
  for (const ServiceConfig& other : before) ValidateBeside(service, other, fail);
}

}  // namespace synsplice
