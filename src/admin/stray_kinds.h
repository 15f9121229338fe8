// The kinds of frames that belong to no connection of a service, by the keys of its `police`
// (rule 46).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "admin/service_statistics.h"
#include "synsplice/policy/service_config.h"

namespace synsplice {

inline constexpr std::string_view kStrayKindNames[] = {"ack",       "syn_ack", "rst", "fin",
                                                       "fragments", "udp",     "icmp"};
inline constexpr size_t kStrayKinds = std::size(kStrayKindNames);

// What has come since the start.
using StrayCounts = std::array<uint64_t, kStrayKinds>;
StrayCounts StrayCountsOf(const ServiceStatistics& statistics);

// From so many per second on it is an attack; 0: never.
std::array<uint32_t, kStrayKinds> StrayLimitsOf(const PoliceConfig& police);

// What comes now.
struct StrayRate {
  double per_second = 0;
  bool is_attack = false;
};
using StrayRates = std::array<StrayRate, kStrayKinds>;

}  // namespace synsplice
