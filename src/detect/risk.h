// What the detector concludes of one service (rule 45). Rates are per second.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/lists/tier.h"

namespace synsplice {

// One window, a second or a minute.
struct WindowRisk {
  double syns = 0;
  double incomplete = 0;        // of these, as have become no connection
  double usual_syns = 0;        // P99
  double usual_incomplete = 0;  // of as many as there are usually, or are connections now
  int64_t percent = 0;          // of what is usual

  bool operator==(const WindowRisk&) const = default;
};

// A network that sends many.
struct SourceRisk {
  Prefix source;
  Tier tier = Tier::kNone;
  double syns = 0;
  int64_t percent = 0;

  bool operator==(const SourceRisk&) const = default;
};

// The highest of a day.
struct UsualDay {
  double second = 0, minute = 0, source = 0, held = 0;
  double incomplete = 0;  // share, 0 to 1, of all days

  bool operator==(const UsualDay&) const = default;
};

struct ServiceRisk {
  int64_t percent = 0;  // of what is usual: of the service, or of the worst one of its sources
  bool is_attack = false;
  bool learning = true;  // too little is known: judged by defaults
  uint32_t learned_s = 0;
  WindowRisk second, minute;
  double incomplete = 0, usual_incomplete = 0;  // shares, 0 to 1, of the minute
  double usual_source = 0;
  std::vector<SourceRisk> sources;  // the worst first
  UsualDay day;

  // Of the service as a whole.
  int64_t OfService() const { return std::min(second.percent, minute.percent); }
  bool operator==(const ServiceRisk&) const = default;
};

}  // namespace synsplice
