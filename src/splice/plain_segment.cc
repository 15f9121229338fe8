#include "plain_segment.h"

#include "answer/neighbours.h"
#include "synsplice/wire/glance_sums.h"
#include "tracking.h"
#include "translate.h"

namespace synsplice {
namespace {

// Whether nothing has to be decided about the flow: it was spliced and is young. What comes from
// the client of one that has ended may be a new connection's (rule 20).
bool IsInFullSwing(const Context& context, Side side, const Flow& flow) {
  return flow.only_fields && !flow.client_reset && context.IsFresh(flow) &&
         (side == Side::kInside || IsActive(flow.phase()));
}

TrackedSegment TrackedOf(const Flow& flow, Side side, const PlainSegment& segment) {
  const Glance& glance = segment.glance;
  const bool outside = side == Side::kOutside;
  const uint16_t window = LoadBe16(glance.tcp + kTcpWindowOffset);
  const uint32_t ack = LoadBe32(glance.tcp + kTcpAckOffset);
  TrackedSegment tracked;
  tracked.from = side;
  tracked.seq = Seq{LoadBe32(glance.tcp + 4)};
  tracked.length = segment.length();
  tracked.fin = segment.has_fin();
  tracked.has_ack = true;
  tracked.ack = Seq{outside ? ack - flow.delta_or_slot : ack};
  tracked.window = outside ? TrueClientWindow(flow, window) : TrueServerWindow(flow, window);
  return tracked;
}

// Where a segment to the server goes; false when somebody has to be asked for it. A MAC that is
// configured stays where it is: copies of six bytes would wait for each other.
bool AddressSegment(const Context& context, const Flow& flow, FieldRewriter& rewriter) {
  const Backend& backend = context.BackendOf(flow);
  const Endpoint& listener = context.ListenerOf(flow).endpoint;
  if (backend.mac) {
    rewriter.SetDestinationMac(*backend.mac);
  } else if (backend.endpoint.address != listener.address) {
    const NextHop hop = NextHopOf(context, flow);
    if (!hop.mac || IsSilent(context, flow)) return false;
    rewriter.SetDestinationMac(*hop.mac);
  }
  if (backend.endpoint != listener) rewriter.SetDestination(backend.endpoint);
  return true;
}

void ToServer(const Flow& flow, const PlainSegment& segment, FieldRewriter& rewriter) {
  rewriter.SetAck(LoadBe32(segment.glance.tcp + kTcpAckOffset) - flow.delta_or_slot);
  if (segment.has_timestamps() && flow.timestamps() == TimestampMode::kShift) {
    rewriter.ShiftOptionWord(PlainSegment::kTsecr, flow.timestamp_delta);
  }
}

void ToClient(const Context& context, const Flow& flow, const PlainSegment& segment,
              FieldRewriter& rewriter) {
  rewriter.SetSeq(LoadBe32(segment.glance.tcp + 4) + flow.delta_or_slot);
  if (segment.has_timestamps() && flow.timestamps() == TimestampMode::kShift) {
    rewriter.ShiftOptionWord(PlainSegment::kTsval, 0u - flow.timestamp_delta);
  }
  AddressToClient(context, flow, rewriter);
}

Headers HeadersOf(FrameBuffer& frame, const Glance& glance) {
  return {frame.data, frame.data + (glance.ip - frame.data), frame.data + (glance.tcp - frame.data),
          glance.v6};
}

}  // namespace

bool SendPlainSegment(Context& context, Side side, FrameBuffer& frame,
                      const PlainSegment& segment) {
  const bool outside = side == Side::kOutside;
  const uint16_t id = outside ? segment.role.listener : segment.role.backend;
  Flow* flow = context.flows.Find(segment.hash, segment.key, side, id);
  if (!flow || !IsInFullSwing(context, side, *flow)) return false;
  // A FIN decides something (rule 18).
  if (segment.has_fin() && !SumsAreRight(segment.glance)) return false;
  const TrackedSegment tracked = TrackedOf(*flow, side, segment);
  FieldRewriter rewriter(HeadersOf(frame, segment.glance));
  const uint16_t window = LoadBe16(segment.glance.tcp + kTcpWindowOffset);
  if (outside) {
    if (!AddressSegment(context, *flow, rewriter)) return false;
    ToServer(*flow, segment, rewriter);
  } else {
    context.heard.Note(0, context.policy->backend(id).neighbour, context.now);
    ToClient(context, *flow, segment, rewriter);
  }
  RepairWindow(*flow, side, window, rewriter);
  rewriter.Finish();
  Track(context, *flow, tracked);
  return true;
}

}  // namespace synsplice
