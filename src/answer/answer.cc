#include "answer.h"

namespace synsplice {

Segment AnswerTo(const Context& context, const Subject& subject) {
  const Packet& packet = subject.packet;
  Segment segment;
  segment.source = packet.destination;
  segment.destination = packet.source;
  if (subject.side == Side::kInside) {
    const Flow* flow = context.flows.Find(subject.hash, subject.key, subject.side, subject.id());
    if (flow) segment.traits = context.flows.NotesOf(*flow).client();
    return segment;
  }
  segment.traits.hop_limit = HopLimitOfAnswer(packet.ip()[packet.v6 ? 7 : 8]);
  segment.traits.flow_label = context.FlowLabelOf(subject.hash);
  return segment;
}

bool ComposeInPlace(const Subject& subject, const L2Header& l2, const Segment& segment) {
  FrameBuffer& frame = *subject.packet.frame;
  if (frame.capacity < kMaxComposedLength) return false;
  frame.length = Compose(frame.data, l2, segment);
  return true;
}

Verdict Bounce(FrameBuffer& frame, uint32_t l3, const Segment& segment) {
  if (frame.capacity < kMaxComposedLength) return Verdict::Drop(Reason::kNoTailroom);
  SwapMacs(frame.data);
  frame.length = l3 + ComposeIp(frame.data + l3, segment);
  return Verdict::Bounce();
}

Verdict BounceResetUnlessDamaged(Context& context, Subject& subject, Reason reason) {
  const Reason damage = subject.Damage();
  return damage == Reason::kNone ? BounceReset(context, subject, reason) : Verdict::Drop(damage);
}

Verdict BounceReset(Context& context, const Subject& subject, Reason reason) {
  const Packet& packet = subject.packet;
  if (packet.Has(kRst)) return Verdict::Drop(reason);
  Segment reset = AnswerTo(context, subject);
  reset.flags = kRst;
  if (packet.Has(kAck)) {
    reset.seq = packet.ack;
  } else {
    reset.flags |= kAck;
    reset.ack = packet.seq + packet.segment_length();
  }
  Verdict verdict = Bounce(subject, reset);
  if (verdict.kind != Verdict::Kind::kBounce) return verdict;
  context.counters.Count(Event::kResetsSent);
  return Verdict::Refuse(reason);
}

}  // namespace synsplice
