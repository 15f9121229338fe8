// A segment as rule 18 looks at it.
#pragma once

#include <cstdint>

#include "synsplice/base/side.h"
#include "synsplice/tcp/sequence.h"

namespace synsplice {

// A segment in the server's numbers: seq and ack as the server sees them.
struct TrackedSegment {
  Side from = Side::kOutside;
  Seq seq;
  uint32_t length = 0;  // payload, SYN and FIN
  bool has_ack = false;
  Seq ack;
  bool fin = false;
  uint32_t window = 0;  // true bytes
};

}  // namespace synsplice
