#include "hold.h"

namespace synsplice {
namespace {

bool HasRoom(Context& context, const Flow& flow, uint32_t payload) {
  const HandshakeSlot& slot = context.SlotOf(flow);
  const HandshakeConfig& handshake = context.policy->config().handshake;
  const uint32_t bytes = handshake.hold_segments * slot.promised_mss;
  return slot.held_frames < handshake.hold_frames && slot.held_bytes + payload <= bytes &&
         context.held_shares.Fits(context.HolderOf(flow));
}

}  // namespace

Verdict HoldSegment(Context& context, const Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  HandshakeSlot& slot = context.SlotOf(flow);
  const uint32_t length = packet.segment_length();
  const Seq seq{packet.seq}, held_end{slot.held_end};
  // Nothing new: a bare ACK, a keepalive, a retransmission of what is held (rule 15).
  if (length == 0 || seq + length - held_end <= 0) return Verdict::Consumed();
  if (seq != held_end || slot.held_fin) return Verdict::Drop(Reason::kHoldOutOfOrder);
  if (!HasRoom(context, flow, packet.payload_length())) {
    return Verdict::Drop(Reason::kHoldLimit);
  }
  slot.held_end += length;
  slot.held_bytes += packet.payload_length();
  slot.held_fin = packet.Has(kFin);
  ++slot.held_frames;
  context.held_shares.Take(context.HolderOf(flow));
  return Verdict::Hold(flow.delta_or_slot);
}

}  // namespace synsplice
