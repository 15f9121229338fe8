#include "noted_flow.h"

#include "admission.h"
#include "answer/rate_limits.h"
#include "splice/tracking.h"

namespace synsplice {
namespace {

// Neither SYN was seen: the largest scale that there may be, so that no segment is taken for one
// out of its window (as nf_conntrack does with what it picks up).
constexpr uint8_t kUnknownScale = kMaxWindowScale;
constexpr uint8_t kLargestWindowLog2 = 16 + kUnknownScale;

// Where both ends stand, as far as the server tells. What the client has acknowledged lies before.
void FillNumbers(Flow& flow, const Packet& packet) {
  flow.server_end = flow.client_ack = Seq{packet.seq};
  flow.client_end = flow.server_ack = Seq{packet.ack};
  flow.client_scale = flow.server_scale = flow.promised_scale = kUnknownScale;
  flow.client_window_log2 = flow.server_window_log2 = kLargestWindowLog2;
}

// A place that is not there is for new connections to miss: this one goes on. In mode monitor one
// that would have come too fast takes none.
void CountPlace(Context& context, const Subject& subject, Flow& flow) {
  const bool limited = context.IsMonitored(context.ListenerOf(flow));
  const RateVerdict accepted = limited ? TakeAcceptLimits(context, subject) : RateVerdict{};
  if (accepted.reason != Reason::kNone) {
    return context.CountWould(context.ListenerOf(flow), ServiceEvent::kWouldAcceptLimitRejections);
  }
  const ConnlimitPlace place = TakeConnlimit(context, subject);
  if (place.reason != Reason::kNone) GiveAcceptLimitsBack(context, subject, accepted);
  flow.counted = place.counted;
  flow.set_connlimit_slot(place.slot);
  context.CountWould(context.ListenerOf(flow), place.reason == Reason::kNone
                                                   ? ServiceEvent::kWouldConnectionsOpened
                                                   : ServiceEvent::kWouldConnlimitRejections);
}

// Data, or an acknowledgement of what came since. A server that is half open answers what does not
// fit with a bare ACK, too (RFC 9293 3.10.7.4): its first one proves nothing.
bool Proves(const Flow& flow, const Packet& packet) {
  return packet.segment_length() > 0 || Seq{packet.ack} - flow.server_ack > 0;
}

}  // namespace

void HearServer(Context& context, const Subject& subject, Flow& flow) {
  if (!Proves(flow, subject.packet)) return;
  flow.unanswered = 0;
  flow.only_fields = 1;
  CountPlace(context, subject, flow);
  if (context.reflection) {
    context.reflection->Exempt(PrefixOf(subject.key.client), context.now);
  }
  context.counters.Count(Event::kFlowsNoted);
  context.CountersOf(context.ListenerOf(flow)).Count(ServiceEvent::kConnectionsNoted);
}

void NoteFlow(Context& context, const Subject& subject) {
  Flow* flow = InsertFlow(context, subject, subject.role.listener, Opener::kClient);
  if (!flow) return context.counters.Count(Event::kFlowsNotNoted);
  flow->backend = subject.role.backend;
  flow->set_phase(Phase::kEstablished);
  context.CountersOf(context.ListenerOf(*flow)).Enter(Phase::kEstablished);
  flow->unanswered = 1;
  flow->challenge_tokens = kChallengeTokens;
  FillNumbers(*flow, subject.packet);
  HearServer(context, subject, *flow);
  Track(context, *flow, Tracked(*flow, subject));
}

}  // namespace synsplice
