// What the proxy knows of a spliced connection's sequence space (rule 18).
#pragma once

#include "state/context.h"
#include "state/tracked_segment.h"

namespace synsplice {

enum class ResetJudgement : uint8_t {
  kEnds,          // exactly where the receiver stands
  kEndsAtSender,  // exactly where the sender stands: the receiver may not have got all before it
  kForward,       // in the window: the receiver answers with a challenge ACK (RFC 5961 3.2)
  kOutside,       // drop
};

// A whole segment of the flow; of a first fragment what it holds.
TrackedSegment Tracked(const Flow& flow, const Subject& subject);

// Acceptable in sequence number and in acknowledgement.
bool IsAcceptable(const Flow& flow, const TrackedSegment& segment);

// Moves numbers, windows and phase when the segment is acceptable; restarts the idle timer.
void Track(Context& context, Flow& flow, const TrackedSegment& segment);

ResetJudgement JudgeReset(const Flow& flow, Side from, Seq seq);

// What the synthesised TSecr will echo: the latest TSval of an acceptable segment (RFC 7323 4.3). A
// damaged one would stay until the client's clock reaches it, so the checksum comes first.
// REQUIRES: not a fragment, whose checksum can't be known here.
void NoteClientTimestamp(Flow& flow, Subject& subject);

// Both numbers of a connection that the server opened are the endpoints' own, and only they judge
// them: we note that it lives and ends, so that its entry goes (rule 27). A RST from outside ends
// it where it is not blind: at what the server expects, at the client's end, or if it acknowledges
// all that the server has sent.
void NoteServerOpened(Context& context, Flow& flow, const Subject& subject);

// Rounded up to a power of two, as the flow keeps it.
uint8_t WindowLog2(uint32_t window);

// The window field of a segment that we compose in a peer's name from what we remember: never more
// than the peer announced itself.
uint16_t RememberedWindow(uint8_t log2, uint8_t scale);

// Notes that the flow is alive.
void Refresh(Context& context, Flow& flow);

}  // namespace synsplice
