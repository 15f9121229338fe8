#include "answer.h"

namespace synsplice {

Segment AnswerTo(const Packet& packet) {
  Segment segment;
  segment.source = packet.destination;
  segment.destination = packet.source;
  return segment;
}

bool ComposeInPlace(const Subject& subject, const L2Header& l2, const Segment& segment) {
  FrameBuffer& frame = *subject.packet.frame;
  if (frame.capacity < kMaxComposedLength) return false;
  frame.length = Compose(frame.data, l2, segment);
  return true;
}

Verdict Bounce(const Subject& subject, const Segment& segment) {
  FrameBuffer& frame = *subject.packet.frame;
  if (frame.capacity < kMaxComposedLength) return Verdict::Drop(Reason::kNoTailroom);
  SwapMacs(frame.data);
  frame.length = subject.packet.l3 + ComposeIp(subject.packet.ip(), segment);
  return Verdict::Bounce();
}

Verdict BounceReset(Context& context, const Subject& subject, Reason reason) {
  const Packet& packet = subject.packet;
  if (packet.Has(kRst)) return Verdict::Drop(reason);
  Segment reset = AnswerTo(packet);
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
