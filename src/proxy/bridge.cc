#include "bridge.h"

#include "answer/answer.h"
#include "edge/fragments.h"
#include "edge/police.h"

namespace synsplice {
namespace {

Verdict PassFragment(Context& context, Subject& subject, bool known) {
  if (known) {
    PassLaterFragments(context, subject);
  } else if (IsSurplus(context, subject)) {
    return Verdict::Drop(Reason::kPolice);
  } else {
    BridgeLaterFragments(context, subject);
  }
  return Pass(context);
}

}  // namespace

Verdict BridgeFrame(Context& context, Subject& subject) {
  if (IsSurplus(context, subject)) return Verdict::Drop(Reason::kPolice);
  context.counters.Count(Event::kBridged);
  return Verdict::Forward();
}

Verdict BridgeFirst(Context& context, Subject& subject) {
  const Verdict verdict = BridgeFrame(context, subject);
  const bool on = subject.packet.IsFragment() && verdict.kind == Verdict::Kind::kForward;
  if (on) BridgeLaterFragments(context, subject);
  return verdict;
}

// Of an ACK or a RST only a cookie or a flow would have told what always does with it.
Verdict PassDropped(Context& context, Subject& subject, bool known) {
  const Packet& packet = subject.packet;
  if (!packet.Has(kAck) && !packet.Has(kRst)) {
    context.CountWould(context.policy->listener(subject.role.listener), ServiceEvent::kWouldDrops);
  }
  return packet.IsFragment() ? PassFragment(context, subject, known) : Pass(context);
}

}  // namespace synsplice
