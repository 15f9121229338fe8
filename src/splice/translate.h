// Rewrites a spliced segment's headers in place, checksums by increments (rules 16, 17, 22).
#pragma once

#include "header_rewriter.h"
#include "state/context.h"

namespace synsplice {

// From the client's view to the server's: ack, SACK and TSecr shifted, destination and MAC changed,
// window and options repaired. kNone, or why the frame can't be sent on.
Reason TranslateToServer(Context& context, const Flow& flow, Packet& packet);

// From the server's view to the client's: seq and TSval shifted, source and MAC changed.
Reason TranslateToClient(Context& context, const Flow& flow, Packet& packet);

// One or the other, by the side that the frame came from.
Reason Translate(Context& context, const Flow& flow, Subject& subject);

// Whether segments need fields of fixed size rewritten and nothing else, whatever they carry.
bool NeedsOnlyFields(const Flow& flow);

// Whether segments go out Not-ECT, rule 16: ECN bits pass only between ends that both agreed.
bool ClearsEcn(const Flow& flow);

// The repairs of the window field (rule 16), also for segments that we compose ourselves. Zero
// stays zero, and nothing else becomes zero.
uint16_t WindowToServer(const Flow& flow, uint16_t window);
uint16_t WindowToClient(const Flow& flow, uint16_t window);
// Of a segment from that side.
void RepairWindow(const Flow& flow, Side from, uint16_t window, FieldRewriter& rewriter);

// The window that a segment announces, in bytes (not for SYNs, whose windows are unscaled).
uint32_t TrueClientWindow(const Flow& flow, uint16_t window);
uint32_t TrueServerWindow(const Flow& flow, uint16_t window);

// The MAC towards the flow's backend.
struct NextHop {
  bool keep = false;     // the client's frames are addressed to it already
  bool learned = false;  // from the neighbour itself, if it is known
  std::optional<Mac> mac;

  bool IsKnown() const { return keep || mac; }
};
// Inlined, as it would go through memory, in pieces of other sizes than it is read in.
inline NextHop NextHopOf(const Context& context, const Flow& flow) {
  const Backend& backend = context.BackendOf(flow);
  if (backend.mac) return {false, false, backend.mac};
  if (backend.endpoint.address == context.ListenerOf(flow).endpoint.address) {
    return {true, false, {}};
  }
  const Vids vids = Vids::Unpack(flow.packed_vids());
  return {false, true, context.shared.neighbours.Find(vids, backend.neighbour, context.now)};
}

// A segment of the backend comes from the service.
void AddressToClient(const Context& context, const Flow& flow, FieldRewriter& rewriter);

}  // namespace synsplice
