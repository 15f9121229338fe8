#include "backend.h"

#include <algorithm>

#include "answer/answer.h"
#include "answer/neighbours.h"
#include "splice/teardown.h"
#include "splice/tracking.h"
#include "splice/translate.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

L2Header ClientL2(const HandshakeSlot& slot) { return {slot.l2, slot.l2_length}; }

// A segment in the client's name. REQUIRES: the next hop is known.
Segment ToBackend(const Context& context, const Flow& flow) {
  Segment segment;
  segment.source = {flow.client, flow.client_port};
  segment.destination = context.BackendOf(flow).endpoint;
  segment.traits = context.flows.NotesOf(flow).client();
  return segment;
}

// A segment in the service's name.
Segment ToClient(const Context& context, const Flow& flow, const IpTraits& traits) {
  Segment segment;
  segment.traits = traits;
  segment.source = context.ListenerOf(flow).endpoint;
  segment.destination = {flow.client, flow.client_port};
  segment.seq = flow.isn_p + 1;
  return segment;
}

// Where the client stands that is told that there is no connection (rules 10, 14).
Segment ResetToClient(const Context& context, const Flow& flow, const HandshakeSlot& slot) {
  const IpTraits client = context.flows.NotesOf(flow).client();
  Segment reset = ToClient(context, flow, {.hop_limit = HopLimitOfAnswer(client.hop_limit)});
  reset.flags = kRst | kAck;
  reset.ack = slot.held_end;
  return reset;
}

Outbox::Frame& Send(Context& context, Side to, const L2Header& l2, const Segment& segment) {
  Outbox::Frame& frame = context.outbox->Add(to);
  frame.length = static_cast<uint16_t>(Compose(frame.bytes.data(), l2, segment));
  return frame;
}

void SendToBackend(Context& context, const Flow& flow, const HandshakeSlot& slot,
                   const Segment& segment) {
  const NextHop hop = NextHopOf(context, flow);
  Outbox::Frame& frame = Send(context, Side::kInside, ClientL2(slot), segment);
  if (hop.mac) std::memcpy(frame.bytes.data(), hop.mac->bytes.data(), hop.mac->bytes.size());
}

// What our SYN offers in the client's name. Segments to a client with timestamps may grow by the
// option when the backend has none (rule 16). A SYN that comes again does without ECN: it may be
// what got the first one lost (RFC 3168 6.1.1.1).
Offer OfferToBackend(const Context& context, const Flow& flow, const HandshakeSlot& slot) {
  Offer offer = slot.client;
  offer.mss = std::min(offer.mss, slot.promised_mss);
  const bool may_grow = offer.timestamps && !context.promises.HasTimestamps(flow.backend);
  if (may_grow) offer.mss -= kPaddedTimestampsLength;
  offer.ecn &= slot.retries == 0 && context.ServiceOf(flow).promise.ecn.value_or(true);
  return offer;
}

// Rule 10. Nothing of the server is known yet: the fields that would echo it are zero.
void SendSyn(Context& context, Flow& flow, const HandshakeSlot& slot) {
  const Offer offer = OfferToBackend(context, flow, slot);
  Segment syn = ToBackend(context, flow);
  syn.seq = slot.isn_c;
  syn.flags = offer.ecn ? kSyn | kEce | kCwr : kSyn;
  syn.window =
      static_cast<uint16_t>(std::min(TrueClientWindow(flow, slot.window), uint32_t{65535}));
  syn.mss = offer.mss;
  syn.window_scale = offer.window_scale;
  syn.sack_permitted = offer.sack;
  syn.has_timestamps = offer.timestamps;
  syn.timestamps = {slot.tsval_c, 0};
  SendToBackend(context, flow, slot, syn);
}

BackendCounters& BackendCountersOf(Context& context, const Flow& flow) {
  return context.backend_counters[flow.backend];
}

void NoteFailure(Context& context, const Flow& flow) {
  context.health.OnFailure(context.ListenerOf(flow), flow.backend, PrefixOf(flow.client),
                           context.now);
  if (context.health.IsDownForAll(flow.backend, context.now)) {
    BackendCountersOf(context, flow).NoteDown(context.now);
  }
}

// `slot`: its latest SYN has just been answered.
void NoteSuccess(Context& context, const Flow& flow, const HandshakeSlot& slot) {
  context.health.OnSuccess(context.ListenerOf(flow), flow.backend);
  BackendCounters& counters = BackendCountersOf(context, flow);
  counters.NoteAnswer(context.now);
  counters.answers.Add(context.now - (slot.deadline - DelayOf(slot.wait)));
}

void CountSplice(Context& context, const Flow& flow, const HandshakeSlot& slot) {
  context.counters.Count(Event::kFlowsSpliced);
  ServiceCounters& counters = context.CountersOf(context.ListenerOf(flow));
  counters.Count(ServiceEvent::kConnectionsOpened);
  counters.handshakes.Add(context.now - slot.opened);
  BackendCountersOf(context, flow).Count(BackendEvent::kConnectionsOpened);
}

// The frame becomes the RST that the client gets (in place of the backend's own word).
Verdict TellClient(Context& context, const Subject& subject, Flow& flow) {
  const HandshakeSlot slot = context.SlotOf(flow);
  const bool tell = flow.phase() == Phase::kWaiting;
  NoteFailure(context, flow);
  context.counters.Count(Event::kBackendRefused);
  BackendCountersOf(context, flow).Count(BackendEvent::kRefused);
  RefuseFlow(context, flow);
  if (!tell) return Verdict::Consumed();
  if (!ComposeInPlace(subject, ClientL2(slot).Swapped(), ResetToClient(context, flow, slot))) {
    return Verdict::Drop(Reason::kNoTailroom);
  }
  context.counters.Count(Event::kResetsSent);
  return Verdict::Forward();
}

// Rule 13: an old half-open connection, a challenge ACK, a wrong SYN-ACK. The RST ends it there
// (RFC 9293 3.10.7.3, as the client itself would do). The SYN follows at once the first time, later
// by the timer: a backend that never agrees is not asked in a loop.
Verdict ResetHalfOpen(Context& context, const Subject& subject, Flow& flow) {
  HandshakeSlot& slot = context.SlotOf(flow);
  const bool again = !slot.half_open_reset && slot.called && flow.phase() == Phase::kWaiting &&
                     NextHopOf(context, flow).IsKnown();
  slot.half_open_reset = true;
  context.counters.Count(Event::kBackendHalfOpenResets);
  if (again) SendSyn(context, flow, slot);
  Segment reset = AnswerTo(context, subject);
  reset.flags = kRst;
  reset.seq = subject.packet.ack;
  context.counters.Count(Event::kResetsSent);
  return Bounce(subject, reset);
}

// What the backend's SYN-ACK agrees to: what nobody offered is not negotiated (RFC 7323 2.2), and
// who reflects both of ECN's flags does not know them (RFC 3168 6.1.1).
Offer AnswerOf(const HandshakeSlot& slot, const Packet& packet) {
  const TcpOptions& options = packet.options;
  const bool scaled = slot.client.window_scale != kNoScale;
  return {OfferedMss(packet), scaled ? options.window_scale : kNoScale,
          slot.client.sack && options.sack_permitted,
          slot.client.timestamps && options.timestamps_offset != 0,
          slot.client.ecn && (packet.flags & (kEce | kCwr)) == kEce};
}

void SetTimestamps(Flow& flow, const HandshakeSlot& slot, const Packet& packet, bool has_them) {
  if (has_them) {
    const uint32_t tsval = LoadBe32(packet.tcp() + packet.options.timestamps_offset + 2);
    flow.set_timestamps(TimestampMode::kShift);
    flow.timestamp_delta = tsval - slot.tsval_p;
  } else if (slot.client.timestamps) {
    flow.set_timestamps(TimestampMode::kSynthesise);
    flow.timestamp_delta = slot.tsval_c;
  }
}

// Rule 11: what the backend's SYN-ACK teaches. `slot`: a copy from before the splice.
void LearnBackend(Context& context, Flow& flow, const HandshakeSlot& slot, const Packet& packet) {
  const Offer answer = AnswerOf(slot, packet);
  context.promises.Learn(flow.backend, OfferToBackend(context, flow, slot), answer, context.now);
  flow.server_scale = answer.window_scale & 15;
  flow.server_no_scale = flow.client_scale != kNoScale && answer.window_scale == kNoScale;
  flow.strip_sack = slot.client.sack && !answer.sack;
  flow.server_ecn = answer.ecn;
  flow.delta_or_slot = flow.isn_p - packet.seq;
  SetTimestamps(flow, slot, packet, answer.timestamps);
  flow.small_server_mss = answer.mss < slot.promised_mss;
  FlowNotes& notes = context.flows.NotesOf(flow);
  notes.passed_ack = Seq{packet.seq + 1};
  notes.server_mss = std::max(answer.mss, kMinMss);
  flow.server_end = flow.client_ack = Seq{packet.seq + 1};
  flow.client_end = flow.server_ack = Seq{slot.isn_c + 1};
  flow.client_window_log2 = WindowLog2(TrueClientWindow(flow, slot.window)) & 31;
  flow.server_window_log2 = WindowLog2(packet.window) & 31;
}

void AckBackend(Context& context, const Flow& flow, const HandshakeSlot& slot,
                const Packet& packet) {
  Segment ack = ToBackend(context, flow);
  ack.seq = slot.isn_c + 1;
  ack.ack = packet.seq + 1;
  ack.flags = kAck;
  ack.window = WindowToServer(flow, slot.window);
  ack.has_timestamps = flow.timestamps() == TimestampMode::kShift;
  if (ack.has_timestamps) {
    ack.timestamps = {slot.tsval_c, LoadBe32(packet.tcp() + packet.options.timestamps_offset + 2)};
  }
  SendToBackend(context, flow, slot, ack);
}

// The client learns the backend's window; the window of a SYN-ACK is unscaled (RFC 7323 2.2).
Segment WindowUpdate(const Context& context, const Flow& flow, const HandshakeSlot& slot,
                     const Packet& syn_ack) {
  Segment update = ToClient(context, flow, ReadIpTraits(syn_ack.ip(), syn_ack.v6));
  const uint8_t shift = flow.promised_scale == kNoScale ? 0 : flow.promised_scale;
  update.flags = kAck;
  update.ack = slot.isn_c + 1;
  if (syn_ack.window != 0) {
    update.window = static_cast<uint16_t>(std::max(1, syn_ack.window >> shift));
  }
  update.has_timestamps = slot.client.timestamps;
  const auto now = static_cast<uint32_t>(ToMilliseconds(context.now));
  const bool shifted = flow.timestamps() == TimestampMode::kShift;
  update.timestamps = {shifted ? slot.tsval_p : now, slot.tsval_c};
  return update;
}

// Whether the client itself acknowledges the backend's SYN-ACK: not when it sent something already,
// which would wait for that.
bool ClientAcknowledges(const Context& context, const Flow& flow, const HandshakeSlot& slot) {
  return context.ServiceOf(flow).end_to_end_ack && slot.held_frames == 0;
}

// A client that has nothing to say must speak too, since its ACK is the backend's: it answers a
// segment that lies before its window (RFC 9293 3.10.7.4), as it answers a keepalive.
void CallForAck(Context& context, const HandshakeSlot& slot, Segment update) {
  update.seq -= 1;
  Send(context, Side::kOutside, ClientL2(slot).Swapped(), update);
}

Verdict SpliceFlow(Context& context, const Subject& subject, Flow& flow) {
  const SlotIndex index = flow.delta_or_slot;
  const HandshakeSlot slot = context.slots[index];
  const Packet& packet = subject.packet;
  EndWait(context, flow, Outbox::SlotEvent::Kind::kRelease);
  LearnBackend(context, flow, slot, packet);
  flow.only_fields = NeedsOnlyFields(flow);
  MovePhase(context, flow, PhaseEvent::kSpliced);
  Refresh(context, flow);
  CountSplice(context, flow, slot);
  const Segment update = WindowUpdate(context, flow, slot, packet);
  if (ClientAcknowledges(context, flow, slot)) {
    CallForAck(context, slot, update);
  } else {
    AckBackend(context, flow, slot, packet);
  }
  if (!ComposeInPlace(subject, ClientL2(slot).Swapped(), update)) {
    return Verdict::Drop(Reason::kNoTailroom);
  }
  return Verdict::Forward();
}

// The client is gone: the backend's half of the connection goes too (rule 15).
Verdict AbortBackend(Context& context, const Subject& subject, Flow& flow) {
  RefuseFlow(context, flow);
  return BounceReset(context, subject, Reason::kNone);
}

void CountSyn(Context& context, const Flow& flow, const HandshakeSlot& slot) {
  const bool again = slot.retries != 0;
  context.counters.Count(again ? Event::kBackendSynRetransmits : Event::kBackendSyns);
  if (!again) BackendCountersOf(context, flow).Count(BackendEvent::kSyns);
}

// A backend that has said nothing for a wait has him in no queue: its place is for others. So
// whoever it ignores, as long as he likes, keeps nobody from it.
void LeaveOpenings(Context& context, const Flow& flow, HandshakeSlot& slot) {
  context.openings[flow.backend].under_way -= slot.opening;
  slot.opening = false;
}

}  // namespace

void CallBackend(Context& context, Flow& flow) {
  const SlotIndex index = flow.delta_or_slot;
  HandshakeSlot& slot = context.slots[index];
  const NextHop hop = NextHopOf(context, flow);
  if (hop.learned) AskForNeighbour(context, flow, ClientL2(slot));
  if (!hop.IsKnown()) {
    context.slots.Wait(index, kNeighbourWait, context.now);
    return;
  }
  // Retries for the neighbour do not count against the SYN's.
  if (slot.wait == kNeighbourWait) slot.retries = 0;
  CountSyn(context, flow, slot);
  SendSyn(context, flow, slot);
  context.slots.Wait(index, slot.retries, context.now);
}

void EndHandshake(Context& context, Flow& flow) {
  const HandshakeSlot& slot = context.SlotOf(flow);
  if (flow.phase() == Phase::kWaiting) {
    Send(context, Side::kOutside, ClientL2(slot).Swapped(), ResetToClient(context, flow, slot));
    context.counters.Count(Event::kResetsSent);
  }
  RefuseFlow(context, flow);
}

void OnWaitOver(Context& context, SlotIndex index) {
  HandshakeSlot& slot = context.slots[index];
  Flow& flow = context.flows.At(slot.flow_index);
  const bool aborted = flow.phase() == Phase::kAborted;
  const bool called = slot.wait != kNeighbourWait;
  const bool exhausted = slot.retries >= context.policy->config().handshake.syn_retries;
  if (exhausted || (aborted && !called)) {
    context.counters.Count(Event::kBackendSilent);
    BackendCountersOf(context, flow).Count(BackendEvent::kSilent);
    // Silence towards a client that is gone says nothing: nobody called again.
    if (!aborted) NoteFailure(context, flow);
    return EndHandshake(context, flow);
  }
  LeaveOpenings(context, flow, slot);
  ++slot.retries;
  // Nobody calls again for a client that is gone, but a backend that was called may answer as long
  // as a client would have waited: until the retries would have ended (rule 15).
  if (aborted) return context.slots.Wait(index, slot.retries, context.now);
  CallBackend(context, flow);
}

Verdict OnBackendWhileWaiting(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  const HandshakeSlot& slot = context.SlotOf(flow);
  // Who was not called yet answers nothing of this connection.
  const bool acks_syn = slot.called && packet.Has(kAck) && packet.ack == slot.isn_c + 1;
  if (packet.Has(kRst)) {
    return acks_syn ? TellClient(context, subject, flow)
                    : Verdict::Drop(Reason::kBackendUnexpected);
  }
  if (packet.Has(kAck) && !acks_syn) return ResetHalfOpen(context, subject, flow);
  if (!acks_syn || !packet.Has(kSyn)) return Verdict::Drop(Reason::kBackendUnexpected);
  NoteSuccess(context, flow, slot);
  return flow.phase() == Phase::kAborted ? AbortBackend(context, subject, flow)
                                         : SpliceFlow(context, subject, flow);
}

Verdict OnBackendUnreachable(Context& context, Subject& subject, Flow& flow) {
  return context.SlotOf(flow).called ? TellClient(context, subject, flow)
                                     : Verdict::Drop(Reason::kIcmpOutOfPlace);
}

bool IsRepeatedSynAck(const Flow& flow, const Packet& packet) {
  return packet.seq == flow.isn_p - flow.delta_or_slot;
}

Verdict AnswerSynAckAgain(Context& context, Subject& subject, const Flow& flow) {
  const Packet& packet = subject.packet;
  const uint8_t timestamps = packet.options.timestamps_offset;
  Segment ack = AnswerTo(context, subject);
  ack.seq = packet.ack;
  ack.ack = packet.seq + 1;
  ack.flags = kAck;
  const uint8_t scale =
      flow.client_scale == kNoScale || flow.server_no_scale ? 0 : flow.client_scale;
  ack.window = RememberedWindow(flow.client_window_log2, scale);
  ack.has_timestamps = timestamps != 0;
  if (ack.has_timestamps) {
    ack.timestamps = {LoadBe32(packet.tcp() + timestamps + 6),
                      LoadBe32(packet.tcp() + timestamps + 2)};
  }
  context.counters.Count(Event::kBackendSynAckAgain);
  return Bounce(subject, ack);
}

}  // namespace synsplice
