// What the proxy knows of a spliced connection's sequence space (rule 18).
#pragma once

#include "context.h"

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

enum class ResetJudgement : uint8_t {
  kCloses,   // exactly where the receiver or the sender stands
  kForward,  // in the window: the receiver answers with a challenge ACK (RFC 5961 3.2)
  kOutside,  // drop
};

// Acceptable in sequence number and in acknowledgement.
bool IsAcceptable(const Flow& flow, const TrackedSegment& segment);

// Moves numbers, windows and phase when the segment is acceptable; restarts the idle timer.
void Track(Context& context, Flow& flow, const TrackedSegment& segment);

ResetJudgement JudgeReset(const Flow& flow, Side from, Seq seq);

// Rounded up to a power of two, as the flow keeps it.
uint8_t WindowLog2(uint32_t window);

// The window field of a segment that we compose in a peer's name from what we remember: never more
// than the peer announced itself.
uint16_t RememberedWindow(uint8_t log2, uint8_t scale);

// Notes that the flow is alive; a new tick refills its challenge ACKs.
void Refresh(Context& context, Flow& flow);

}  // namespace synsplice
