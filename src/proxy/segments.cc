#include "segments.h"

#include <algorithm>

#include "answer/answer.h"
#include "answer/cookie_answer.h"
#include "answer/lists.h"
#include "open/admission.h"
#include "open/backend.h"
#include "open/handshake.h"
#include "open/noted_flow.h"
#include "splice/teardown.h"
#include "splice/tracking.h"
#include "splice/translate.h"
#include "synsplice/wire/icmp_error.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr uint32_t kAnyMtu = UINT32_MAX;
constexpr uint32_t kIpv6MinMtu = 1280;  // RFC 8200 5

// The largest IP packet that an MSS stands for: headers without options (RFC 6691 2).
uint32_t MtuOf(uint16_t mss, bool v6) {
  return static_cast<uint32_t>(mss + IpHeaderLength(v6) + kTcpMinLength);
}

Verdict SendOn(Context& context, const Flow& flow, Subject& subject) {
  const Reason reason = Translate(context, flow, subject);
  return reason == Reason::kNone ? Verdict::Forward() : Verdict::Drop(reason);
}

// A host without a socket answers with the number that it was told (RFC 9293 3.10.7.1): an old one
// when an old ACK went to it.
bool AnswersOldAck(const Context& context, const Subject& subject, const Flow& flow) {
  return subject.side == Side::kInside &&
         Seq{subject.packet.seq} == context.flows.NotesOf(flow).passed_ack;
}

// The server may have missed what lies before the client's RST (lost, damaged, or never sent): then
// it answers with a challenge ACK and lives on (RFC 5961 3.2). Where it stands it takes one.
// REQUIRES: the subject's frame is translated.
void ResetAtLastAck(Context& context, const Subject& subject, const Flow& flow) {
  Segment reset;
  reset.source = {flow.client, flow.client_port};
  reset.destination = context.BackendOf(flow).endpoint;
  reset.traits = ReadIpTraits(subject.packet.ip(), subject.packet.v6);
  reset.flags = kRst;
  reset.seq = flow.server_ack.value;
  Outbox::Frame& frame = context.outbox->Add(Side::kInside);
  const L2Header l2 = L2Header::From(subject.packet.data(), subject.packet.l3);
  frame.length = static_cast<uint16_t>(Compose(frame.bytes.data(), l2, reset));
  context.counters.Count(Event::kResetsSent);
}

Verdict OnReset(Context& context, Subject& subject, Flow& flow) {
  const ResetJudgement judgement = AnswersOldAck(context, subject, flow)
                                       ? ResetJudgement::kEnds
                                       : JudgeReset(flow, subject.side, Seq{subject.packet.seq});
  if (judgement == ResetJudgement::kOutside) return Verdict::Drop(Reason::kRstOutOfWindow);
  const Verdict verdict = SendOn(context, flow, subject);
  if (judgement == ResetJudgement::kForward) return verdict;
  // What both ends judge themselves we do not speak for.
  const bool own = flow.IsNoted() && context.IsUnchallenged(subject.role);
  const bool outside = subject.side == Side::kOutside && !own;
  const bool sent_on = verdict.kind == Verdict::Kind::kForward;
  if (outside && sent_on && judgement == ResetJudgement::kEndsAtSender) {
    ResetAtLastAck(context, subject, flow);
  }
  Refresh(context, flow);
  flow.client_reset |= outside;
  MovePhase(context, flow, PhaseEvent::kReset);
  return verdict;
}

// Rule 20: on a flow that has ended, what fits nowhere may be the ACK of a new handshake. The
// flow's own cookie never opens it again (rule 8).
bool MayBeNewConnection(const Context& context, const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  if (IsActive(flow.phase()) && !context.IsIdle(flow)) return false;
  if (!packet.Has(kAck) || packet.Has(kRst) || packet.ack == flow.isn_p + 1) return false;
  if (flow.server_opened || flow.client_reset) return true;
  const TrackedSegment segment = Tracked(flow, subject);
  // Who has acknowledged everything acknowledges nothing else.
  if (flow.phase() == Phase::kTimeWait && segment.ack != flow.client_ack) return true;
  return !IsAcceptable(flow, segment);
}

// IPv4 without DF: whoever finds the packet too big may cut it (RFC 791 2.3).
bool MayBeFragmented(const Packet& packet) { return !packet.v6 && (packet.ip()[6] & 0x40) == 0; }

// The largest IP packet that a segment from this side may be, rule 16. The client was promised an
// MSS that the backend may not have; IPv6 links carry what its sender can't go below. A backend
// without timestamps may fill the link, where the option that the client must get has no room.
uint32_t MtuFor(const Context& context, const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  if (subject.side == Side::kInside) {
    if (flow.timestamps() != TimestampMode::kSynthesise) return kAnyMtu;
    const uint16_t promised = context.promises.Current(flow.listener).mss;
    const uint32_t mtu = MtuOf(promised, packet.v6) - kPaddedTimestampsLength;
    return packet.v6 ? std::max(mtu, kIpv6MinMtu) : mtu;
  }
  if (!flow.small_server_mss || MayBeFragmented(packet)) return kAnyMtu;
  const uint32_t mtu = MtuOf(context.flows.NotesOf(flow).server_mss, packet.v6);
  return packet.v6 && mtu < kIpv6MinMtu ? kAnyMtu : mtu;
}

bool IsTooBig(const Context& context, const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  if (packet.payload_length() == 0) return false;
  return packet.end - packet.l3 > MtuFor(context, flow, subject);
}

// Its sender learns the smaller size; the segment comes again.
Verdict AnswerTooBig(Context& context, Subject& subject, const Flow& flow) {
  const auto mtu = static_cast<uint16_t>(MtuFor(context, flow, subject));
  const uint32_t length = ComposeTooBig(subject.packet, mtu);
  if (length == 0) return Verdict::Drop(Reason::kNoTailroom);
  SwapMacs(subject.packet.data());
  subject.packet.frame->length = length;
  context.counters.Count(Event::kTooBigSent);
  return Verdict::Bounce();
}

Verdict TrackAndSend(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  if (packet.Has(kRst)) return OnReset(context, subject, flow);
  if (IsTooBig(context, flow, subject)) {
    const Reason damage = subject.Damage();
    return damage == Reason::kNone ? AnswerTooBig(context, subject, flow) : Verdict::Drop(damage);
  }
  if (subject.side == Side::kOutside) NoteClientTimestamp(flow, subject);
  Track(context, flow, Tracked(flow, subject));
  return SendOn(context, flow, subject);
}

Verdict SendServerOpened(Context& context, const Subject& subject, Flow& flow) {
  NoteServerOpened(context, flow, subject);
  return Verdict::Forward();
}

// So many in each tick, whether the flow is alive or not: who spends them in the name of a client
// that has restarted must not lock it out until the flow is idle for a cookie life.
bool TakeChallengeToken(const Context& context, Flow& flow) {
  const uint8_t tick = ToTick(context.now) & 7;
  if (flow.challenge_tick != tick) flow.challenge_tokens = kChallengeTokens;
  flow.challenge_tick = tick;
  if (flow.challenge_tokens == 0) return false;
  --flow.challenge_tokens;
  return true;
}

Verdict ChallengeAck(Context& context, Subject& subject, Flow& flow) {
  if (!TakeChallengeToken(context, flow)) return Verdict::Drop(Reason::kChallengeLimit);
  Segment ack = AnswerTo(context, subject);
  ack.seq = flow.server_end.value + flow.delta_or_slot;
  ack.ack = flow.server_ack.value;
  ack.flags = kAck;
  const uint8_t scale = flow.promised_scale == kNoScale ? 0 : flow.promised_scale;
  ack.window = RememberedWindow(flow.server_window_log2, scale);
  context.counters.Count(Event::kChallengeAcks);
  return Bounce(subject, ack);
}

// Rule 27: the server opens a connection of its own; or one whose SYN has passed (rule 39).
Verdict ReplaceByServersOwn(Context& context, Subject& subject, Flow& flow) {
  RemoveFlow(context, flow);
  return OnBackendStranger(context, subject);
}

// Of a noted flow nobody knows the first numbers: a copy of its SYN-ACK lies little before what is
// known. Another connection has later ones.
bool IsOldSynAck(const Flow& flow, const Packet& packet) {
  constexpr int32_t kLittle = 1 << 16;
  const int32_t said = flow.server_end - Seq{packet.seq};
  const int32_t heard = flow.server_ack - Seq{packet.ack};
  return said > 0 && said <= kLittle && heard >= 0 && heard <= kLittle;
}

// The server has begun another connection with the client: only it knows that the flow's has ended.
// A flow that is translated and lives is not the server's to end: its client was not let through.
bool BeginsAnother(const Context& context, const Subject& subject, const Flow& flow) {
  const Packet& packet = subject.packet;
  if ((packet.flags & (kSyn | kAck | kRst)) != (kSyn | kAck)) return false;
  if (!context.PassesStrangers(subject.role)) return false;
  if (flow.IsNoted()) return !IsOldSynAck(flow, packet);
  return (!IsActive(flow.phase()) || context.IsIdle(flow)) && !IsRepeatedSynAck(flow, packet);
}

// What is damaged may be anybody's.
bool IsServersWord(Subject& subject) {
  const bool says = (subject.packet.flags & (kSyn | kAck | kRst)) == kAck;
  return says && subject.Damage() == Reason::kNone;
}

// The end of a connection that is none, or is to be none.
Verdict TellBackend(Context& context, Subject& subject, Reason reason) {
  if (!subject.packet.Has(kAck) ||
      !context.backend_resets[subject.role.backend].Take(context.now)) {
    return Verdict::Drop(reason);
  }
  return BounceResetUnlessDamaged(context, subject, reason);
}

// The handshake is none of ours, or was begun before they were (rule 39).
Verdict PassFromServer(Context& context, Subject& subject) {
  if (!IsServersWord(subject)) return Pass(context);
  if (IsOfBlocked(context, subject)) return TellBackend(context, subject, Reason::kListBlock);
  NoteFlow(context, subject);
  return Pass(context);
}

}  // namespace

Verdict OnClientSegment(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  if (MayBeNewConnection(context, flow, subject)) {
    const CookieVerdict verdict = VerifyCookie(context, subject);
    if (verdict.reason == Reason::kNone) {
      return ReplaceFlow(context, subject, flow, verdict.cookie);
    }
  }
  if (flow.server_opened) return SendServerOpened(context, subject, flow);
  if (packet.Has(kSyn)) return Verdict::Drop(Reason::kSynOutOfPlace);
  if (flow.client_reset && !packet.Has(kRst)) return Verdict::Drop(Reason::kClientReset);
  return TrackAndSend(context, subject, flow);
}

Verdict OnBackendSegment(Context& context, Subject& subject, Flow& flow) {
  const Packet& packet = subject.packet;
  const bool opens = IsPlainSyn(packet) && context.IsListener(subject.role);
  if (opens && !IsActive(flow.phase())) return ReplaceByServersOwn(context, subject, flow);
  if (BeginsAnother(context, subject, flow)) return ReplaceByServersOwn(context, subject, flow);
  // There is no connection (any more): the backend hears what the client's own host would say, so
  // that no half of one stays open there (rules 15, 18, RFC 9293 3.10.7.1).
  if (flow.phase() == Phase::kRefused) {
    return BounceResetUnlessDamaged(context, subject, Reason::kRefusedFlow);
  }
  if (flow.server_opened) return SendServerOpened(context, subject, flow);
  if (flow.client_reset && !packet.Has(kRst)) {
    return BounceResetUnlessDamaged(context, subject, Reason::kClientReset);
  }
  if (packet.Has(kSyn)) {
    const bool again = packet.Has(kAck) && IsRepeatedSynAck(flow, packet);
    return again ? AnswerSynAckAgain(context, subject, flow)
                 : Verdict::Drop(Reason::kSynOutOfPlace);
  }
  if (flow.unanswered && IsServersWord(subject)) HearServer(context, subject, flow);
  return TrackAndSend(context, subject, flow);
}

Verdict OnSynAtFlow(Context& context, Subject& subject, Flow& flow) {
  if (const Reason reason = JudgeOrigin(subject.packet); reason != Reason::kNone) {
    return Verdict::Drop(reason);
  }
  if (!IsActive(flow.phase()) || context.IsIdle(flow)) return AnswerSyn(context, subject);
  if (flow.server_opened) return Verdict::Drop(Reason::kSynOutOfPlace);
  if (flow.IsNoted() && context.IsUnchallenged(subject.role)) return Pass(context);
  return ChallengeAck(context, subject, flow);
}

Verdict OnBackendStranger(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  const bool transparent = context.IsListener(subject.role);
  if (transparent && IsPlainSyn(packet)) {
    Flow* flow = InsertFlow(context, subject, subject.role.listener, Opener::kServer);
    if (!flow) return Verdict::Drop(Reason::kFlowTableFull);
    flow->backend = subject.role.backend;
    flow->unanswered = 1;
    flow->set_phase(Phase::kEstablished);
    context.CountersOf(context.ListenerOf(*flow)).Enter(Phase::kEstablished);
    NoteServerOpened(context, *flow, subject);
    context.counters.Count(Event::kFlowsServerOpened);
    return Verdict::Forward();
  }
  if (context.PassesStrangers(subject.role)) return PassFromServer(context, subject);
  // A connection from before our start, or one that was forgotten: its end here must learn it, the
  // client learns it by rule 7. A RST is for what acknowledges something.
  return TellBackend(context, subject, Reason::kBackendWithoutFlow);
}

}  // namespace synsplice
