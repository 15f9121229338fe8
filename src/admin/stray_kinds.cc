#include "admin/stray_kinds.h"

namespace synsplice {

// ACKs are told by their cookies, those with a FIN among them.
StrayCounts StrayCountsOf(const ServiceStatistics& statistics) {
  const auto get = [&](ServiceEvent event) {
    return statistics.events[static_cast<size_t>(event)];
  };
  return {get(ServiceEvent::kCookiesWrong) + get(ServiceEvent::kCookiesExpired) +
              get(ServiceEvent::kCookiesNeverSent),
          get(ServiceEvent::kStraySynAcks),
          get(ServiceEvent::kStrayRsts),
          get(ServiceEvent::kStrayFins),
          get(ServiceEvent::kStrayFragments),
          get(ServiceEvent::kStrayUdp),
          get(ServiceEvent::kStrayIcmp)};
}

std::array<uint32_t, kStrayKinds> StrayLimitsOf(const PoliceConfig& police) {
  return {police.ack,       police.syn_ack, police.rst, police.fin,
          police.fragments, police.udp,     police.icmp};
}

}  // namespace synsplice
