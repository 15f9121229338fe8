// The lines in which handshakes wait for their turn, by number: one of each service, then a few of
// each backend.
#pragma once

#include "synsplice/flow/handshake_slots.h"
#include "synsplice/policy/config.h"

namespace synsplice {

// By how many handshakes the client's network had when it came.
inline constexpr unsigned kLinesOfBackend = 4;

inline constexpr LineId kFirstOfBackends = kMaxServices;
inline constexpr uint32_t kLines = kFirstOfBackends + kLinesOfBackend * kMostEndpoints;
static_assert(kLines <= UINT16_MAX);

// Of a backend.
struct Openings {
  uint32_t under_way = 0;  // handshakes that it was just asked for
  uint32_t turns = 0;      // that those had who waited
};

}  // namespace synsplice
