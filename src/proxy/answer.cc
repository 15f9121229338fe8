#include "answer.h"

namespace synsplice {

Segment AnswerTo(const Packet& packet) {
  Segment segment;
  segment.l2 = L2Header::From(packet.data(), packet.l3).Swapped();
  segment.source = packet.destination;
  segment.destination = packet.source;
  return segment;
}

bool ComposeInPlace(const Subject& subject, const Segment& segment) {
  FrameBuffer& frame = *subject.packet.frame;
  if (frame.capacity < kMaxComposedLength) return false;
  frame.length = Compose(frame.data, segment);
  return true;
}

Verdict Bounce(const Subject& subject, const Segment& segment) {
  return ComposeInPlace(subject, segment) ? Verdict::Bounce() : Verdict::Drop(Reason::kNoTailroom);
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
  if (!ComposeInPlace(subject, reset)) return Verdict::Drop(Reason::kNoTailroom);
  context.counters.Count(Event::kResetsSent);
  return Verdict::Refuse(reason);
}

}  // namespace synsplice
