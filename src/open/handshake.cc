#include "handshake.h"

#include "admission.h"
#include "answer/answer.h"
#include "answer/rate_limits.h"
#include "backend_choice.h"
#include "eviction.h"
#include "hold.h"
#include "splice/teardown.h"
#include "splice/tracking.h"
#include "synsplice/wire/ethernet.h"
#include "turns.h"

namespace synsplice {
namespace {

// An ended flow makes room for the one that now takes its backend.
void MakeRoom(Context& context, const Subject& subject, BackendId backend) {
  RemoveEnded(context, {subject.key, subject.hash, subject.role.listener}, backend);
}

// Why there is no entry: others have taken them, or the client's port itself has all that it can
// have to one group of backends.
Reason WhyTableFull(Context& context, const Subject& subject) {
  size_t own = 0;
  context.flows.ForEachOf(subject.hash, subject.key, [&](const Flow&) { ++own; });
  return own == FlowTable::kCandidates ? Reason::kClientPortFull : Reason::kFlowTableFull;
}

void NoteClientTraits(Context& context, const Flow& flow, const Packet& packet) {
  context.flows.NotesOf(flow).set_client(ReadIpTraits(packet.ip(), packet.v6));
}

// An entry in phase kRefused: whatever either end still sends of the connection that has this ISN
// of ours is answered with a RST.
void LeaveRefused(Context& context, const Subject& subject, uint32_t isn_p, BackendId backend) {
  MakeRoom(context, subject, backend);
  Flow* flow = context.flows.Insert(subject.hash, subject.key, subject.role.listener);
  if (!flow) return;
  flow->set_phase(Phase::kRefused);
  context.CountersOf(context.ListenerOf(*flow)).Enter(Phase::kRefused);
  flow->backend = backend;
  flow->isn_p = isn_p;
  NoteClientTraits(context, *flow, subject.packet);
  flow->last_seen = ToTick(context.now);
}

// The new connection gets no place. Later segments of the same handshake meet the same answer, and
// those of the chosen backend too, which may know an earlier one; with action drop the client may
// try again (as with xt_connlimit).
Verdict RefuseNew(Context& context, Subject& subject, const ReturnedCookie& cookie,
                  BackendChoice choice) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const bool silent = RefusesSilently(context.policy->service(listener), choice.reason);
  if (silent) return Verdict::Drop(choice.reason);
  LeaveRefused(context, subject, cookie.isn_p, choice.backend);
  return BounceReset(context, subject, choice.reason);
}

uint32_t TimestampAt(const Packet& packet, size_t field) {
  const uint8_t offset = packet.options.timestamps_offset;
  return offset == 0 ? 0 : LoadBe32(packet.tcp() + offset + field);
}

void FillSlot(HandshakeSlot& slot, const Context& context, const Packet& packet,
              const ReturnedCookie& cookie) {
  static_assert(HandshakeSlot::kL2Room <= kEthernetLength + kIpv4MinLength + kTcpMinLength);
  std::memcpy(slot.l2.data(), packet.data(), slot.l2.size());
  slot.l2_length = static_cast<uint8_t>(packet.l3);
  slot.opened = context.now;
  slot.isn_c = cookie.isn_c;
  slot.client = cookie.options;
  slot.tsval_c = TimestampAt(packet, 2);
  slot.tsval_p = TimestampAt(packet, 6);
  slot.window = packet.window;
  slot.held_end = cookie.isn_c + 1;
}

void FillFlow(Context& context, Flow& flow, const ReturnedCookie& cookie, SlotIndex slot) {
  const Offer& promise = context.promises.Of(flow.listener, cookie.epoch_bit);
  const bool scaled = cookie.options.window_scale != kNoScale;
  flow.isn_p = cookie.isn_p;
  flow.delta_or_slot = slot;
  // These first, which GCC writes as one word: behind stores of single bytes it would have to wait
  // until they are in the cache.
  flow.client_ecn = cookie.options.ecn && promise.ecn;
  flow.server_scale = kNoScale;
  flow.set_phase(Phase::kWaiting);
  flow.client_scale = cookie.options.window_scale & 15;
  flow.promised_scale = (scaled ? promise.window_scale : kNoScale) & 15;
  flow.last_seen = ToTick(context.now);
  flow.challenge_tokens = kChallengeTokens;
}

// The flow of a new connection with its slot, or why there is none.
struct NewFlow {
  Flow* flow = nullptr;
  Reason reason = Reason::kNone;
};

NewFlow CreateFlow(Context& context, const Subject& subject, const ReturnedCookie& cookie,
                   BackendId backend) {
  const FairShare::Holder holder{context.policy->listener(subject.role.listener).service, backend,
                                 PrefixOf(subject.key.client)};
  const SlotIndex slot = TakeSlot(context, holder);
  if (slot == HandshakeSlots::kNone) return {nullptr, Reason::kHandshakeSlotsFull};
  Flow* flow = InsertFlow(context, subject, subject.role.listener, Opener::kClient);
  if (!flow) {
    context.slots.Free(slot);
    context.slot_shares.Give(holder, 1);
    return {nullptr, WhyTableFull(context, subject)};
  }
  FillFlow(context, *flow, cookie, slot);
  context.CountersOf(context.ListenerOf(*flow)).Enter(Phase::kWaiting);
  NoteClientTraits(context, *flow, subject.packet);
  FillSlot(context.slots[slot], context, subject.packet, cookie);
  flow->own_mac = std::memcmp(subject.packet.data(), context.shared.outside_mac.bytes.data(),
                              sizeof context.shared.outside_mac.bytes) == 0;
  context.slots[slot].flow_index = context.flows.IndexOf(*flow);
  context.slots[slot].promised_mss = context.promises.Of(flow->listener, cookie.epoch_bit).mss;
  return {flow, Reason::kNone};
}

// The ACK that opened the connection: its data waits, a bare ACK has done its work. What a probe
// carries lies before the first byte.
Verdict TakeFirstSegment(Context& context, Subject& subject, Flow& flow,
                         const ReturnedCookie& cookie) {
  const bool recovered = subject.packet.seq == cookie.isn_c;
  if (recovered || subject.packet.segment_length() == 0) return Verdict::Consumed();
  return HoldSegment(context, subject, flow);
}

// Opens the connection that a valid cookie stands for; the frame is held or consumed.
Verdict OpenConnection(Context& context, Subject& subject, const ReturnedCookie& cookie) {
  const BackendChoice choice =
      ChooseBackend(context, {subject.key, subject.hash, subject.role.listener});
  if (choice.reason != Reason::kNone) return RefuseNew(context, subject, cookie, choice);
  const RateVerdict accepted = TakeAcceptLimits(context, subject);
  if (accepted.reason != Reason::kNone) {
    return RefuseNew(context, subject, cookie, {choice.backend, accepted.reason});
  }
  const ConnlimitPlace place = TakeConnlimit(context, subject);
  if (place.reason != Reason::kNone) {
    GiveAcceptLimitsBack(context, subject, accepted);
    if (place.reason == Reason::kConnlimit) {
      NoteRefused(context, subject, ConnlimitNetworkOf(context, subject), place.reason);
    }
    return RefuseNew(context, subject, cookie, {choice.backend, place.reason});
  }
  const NewFlow created = CreateFlow(context, subject, cookie, choice.backend);
  if (!created.flow) {
    GiveAcceptLimitsBack(context, subject, accepted);
    if (place.counted) context.shared.connlimit.Release(place.slot);
    return BounceReset(context, subject, created.reason);
  }
  Flow& flow = *created.flow;
  if (choice.has_ended) MakeRoom(context, subject, choice.backend);
  flow.backend = choice.backend;
  flow.counted = place.counted;
  flow.set_connlimit_slot(place.slot);
  AwaitTurn(context, flow, accepted.at);
  return TakeFirstSegment(context, subject, flow, cookie);
}

// A RST counts exactly where the client stands (rule 15). The backend is asked in vain or answers
// yet: its answer ends its half, or the timer does. Nobody waits for the early data any more.
Verdict OnResetWhileWaiting(Context& context, const Packet& packet, Flow& flow) {
  const HandshakeSlot& slot = context.SlotOf(flow);
  if (packet.seq != slot.isn_c + 1 && packet.seq != slot.held_end) {
    return Verdict::Drop(Reason::kRstOutOfWindow);
  }
  // Nobody was asked for it yet.
  if (!slot.called) return RefuseFlow(context, flow), Verdict::Consumed();
  MovePhase(context, flow, PhaseEvent::kReset);
  context.slots.Abort(flow.delta_or_slot);
  DiscardHeld(context, flow);
  return Verdict::Consumed();
}

// An ACK for another SYN-ACK of ours: the newest handshake wins (rule 8).
Verdict OnOtherCookie(Context& context, Subject& subject, Flow& flow) {
  const CookieVerdict verdict = VerifyCookie(context, subject);
  if (verdict.reason != Reason::kNone) return Verdict::Drop(verdict.reason);
  // A client that has reset the old one stands in nobody's way.
  const Seq new_isn{verdict.cookie.isn_c}, old_isn{context.SlotOf(flow).isn_c};
  if (flow.phase() == Phase::kWaiting && new_isn - old_isn <= 0) {
    return Verdict::Drop(Reason::kOldDuplicate);
  }
  return ReplaceFlow(context, subject, flow, verdict.cookie);
}

// Whether a connection that the operator has cleared goes on for the client, which has not heard of
// it. Of one that the server had opened too little is known to doubt it.
bool IsOfCleared(const Flow& flow, const Subject& subject) {
  if (flow.server_opened) return true;
  const bool was_spliced = flow.client_end != Seq{};
  return was_spliced && IsAcceptable(flow, Tracked(flow, subject));
}

}  // namespace

Verdict ReplaceFlow(Context& context, Subject& subject, Flow& flow, const ReturnedCookie& cookie) {
  const uint32_t isn_p = flow.isn_p;
  const BackendId backend = flow.backend;
  RemoveFlow(context, flow);
  context.counters.Count(Event::kFlowsReplaced);
  const Verdict verdict = OpenConnection(context, subject, cookie);
  // Without a successor the backend, which may hold its half open yet, would wait in vain.
  if (!context.flows.Find(subject.hash, subject.key, Side::kOutside, subject.role.listener)) {
    LeaveRefused(context, subject, isn_p, backend);
  }
  return verdict;
}

void PrefetchOpening(const Context& context, const Caller& caller) {
  const uint64_t prefix = PrefixOf(caller.key.client);
  context.flows.PrefetchForInsert(caller.hash);
  context.policy->RingOf(context.policy->listener(caller.listener)).Prefetch(caller.key.client);
  context.flow_shares.Prefetch(prefix);
  context.slot_shares.Prefetch(prefix);
}

Verdict OnStranger(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  if (const Reason reason = JudgeOrigin(packet); reason != Reason::kNone) {
    return Verdict::Drop(reason);
  }
  if (packet.Has(kRst)) {
    CountStray(context, subject, ServiceEvent::kStrayRsts);
    return Verdict::Drop(Reason::kRstWithoutFlow);
  }
  if (packet.Has(kSyn)) {
    if (!packet.Has(kAck)) return AnswerSyn(context, subject);
    CountStray(context, subject, ServiceEvent::kStraySynAcks);
    return Verdict::Drop(Reason::kSynAckWithoutFlow);
  }
  // What is needed comes while the cookie is verified.
  PrefetchOpening(context, {subject.key, subject.hash, subject.role.listener});
  const CookieVerdict verdict = VerifyCookie(context, subject);
  if (verdict.reason == Reason::kNone) return OpenConnection(context, subject, verdict.cookie);
  const Verdict answer = AnswerWrongCookie(context, subject, verdict.reason);
  const bool refused = answer.reason != Reason::kNone;
  if (refused && packet.Has(kFin)) CountStray(context, subject, ServiceEvent::kStrayFins);
  return answer;
}

Verdict OnClientWhileWaiting(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  if (packet.Has(kRst)) return OnResetWhileWaiting(context, packet, flow);
  if (packet.Has(kSyn)) return Verdict::Drop(Reason::kSynOutOfPlace);
  if (packet.ack != flow.isn_p + 1) return OnOtherCookie(context, subject, flow);
  if (flow.phase() == Phase::kAborted) return Verdict::Drop(Reason::kWaitingUnexpected);
  return HoldSegment(context, subject, flow);
}

Verdict OnClientRefused(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  if (packet.Has(kRst) || packet.Has(kSyn)) return Verdict::Drop(Reason::kRefusedFlow);
  const auto refuse = [&] {
    return BounceResetUnlessDamaged(context, subject, Reason::kRefusedFlow);
  };
  if (packet.ack == flow.isn_p + 1) return refuse();
  const CookieVerdict verdict = VerifyCookie(context, subject);
  if (verdict.reason == Reason::kNone) return ReplaceFlow(context, subject, flow, verdict.cookie);
  if (IsOfCleared(flow, subject)) return refuse();
  return AnswerWrongCookie(context, subject, verdict.reason);
}

bool IsAboutOpening(Reason reason) {
  switch (reason) {
    case Reason::kCookieWrong:
    case Reason::kCookieExpired:
    case Reason::kCookieNeverSent:
    case Reason::kHoldLimit:
    case Reason::kConnlimit:
    case Reason::kAcceptLimit:
    case Reason::kAcceptLimitPerSource:
      return true;
    default:
      return false;
  }
}

}  // namespace synsplice
