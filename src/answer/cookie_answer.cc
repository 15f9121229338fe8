#include "cookie_answer.h"

#include <algorithm>

#include "answer.h"
#include "lists.h"
#include "rate_limits.h"
#include "syn_tokens.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// What a client says behind a SYN-ACK without having heard more comes within a few round trips.
constexpr Seconds kFirstFlight{4};

// RFC 3168 6.1.1. With the AE bit the SYN asks for AccECN (RFC 9768 3.1.1), which has another
// meaning of the same bits in the answer: treated as not offered (rule 26).
bool OffersEcn(const uint8_t* tcp) {
  constexpr uint8_t kBoth = kEce | kCwr;
  constexpr uint8_t kAccurateEcn = 0x01;
  return (tcp[kTcpFlagsOffset] & kBoth) == kBoth && (tcp[12] & kAccurateEcn) == 0;
}

void TakeTuple(const Subject& subject, uint32_t isn_c, CookieTuple& tuple) {
  tuple.client = subject.key.client;
  tuple.client_port = subject.key.client_port;
  tuple.listener = subject.role.listener;
  tuple.packed_vids = subject.key.packed_vids;
  tuple.isn_c = isn_c;
}

// What we are ready to hold for one connection; nothing when its service has used up its share
// (rules 9, 34), or when the client's first data is to follow the backend's SYN-ACK.
uint16_t InitialWindow(const Context& context, const Listener& listener, uint16_t promised_mss) {
  const HandshakeConfig& handshake = context.policy->config().handshake;
  if (context.policy->service(listener).end_to_end_ack) return 0;
  if (!context.held_shares.ServiceFits(listener.service)) return 0;
  const uint32_t window = handshake.hold_segments * promised_mss;
  return static_cast<uint16_t>(std::min(window, 65535u));
}

std::optional<uint32_t> EchoOf(const Packet& packet) {
  if (packet.options.timestamps_offset == 0) return std::nullopt;
  return LoadBe32(packet.tcp() + packet.options.timestamps_offset + 6);
}

// An ACK may also be a keepalive or zero-window probe, one byte before the next (rule 6). Only
// those cost a second MAC, and only so many per second.
bool MayBeProbe(Context& context, const Packet& packet) {
  return packet.payload_length() <= 1 && !packet.Has(kFin) && context.probe_macs.Take(context.now);
}

// A TSval of a SYN-ACK that this process may have sent: one that is older belongs to a connection
// that ended with the process before (rule 7).
bool MayBeOurs(const Context& context, uint32_t tsval) {
  const auto started = static_cast<uint32_t>(ToMilliseconds(context.started));
  return Seq{tsval} - Seq{started - kTimestampStep} >= 0 &&
         context.jar.IsRecent(context.now, tsval);
}

// Data or a FIN that echoes a TSval of the last minute follows a handshake whose ACK and first
// segment were lost: it proves nothing, but a RST would kill a connection that the retransmission
// saves (rule 6). Without timestamps a cookie that was just sent to the neighbourhood must do. Not
// for long: in a busy prefix a client whose flow has expired would never learn it.
bool FollowsLostHandshake(const Context& context, const Subject& subject) {
  if (subject.packet.segment_length() == 0) return false;
  if (const auto echo = EchoOf(subject.packet)) return MayBeOurs(context, *echo);
  return context.cookies_sent.WasNoted(PrefixOf(subject.key.client), context.second, kFirstFlight);
}

// Nothing behind us can take a connection now.
bool IsDown(Reason reason) {
  return reason == Reason::kInsideDown || reason == Reason::kBackendsDown;
}

bool IsOverLimit(Reason reason) {
  return reason == Reason::kSynLimit || reason == Reason::kSynLimitPerSource;
}

// Why nobody gets a cookie now, this client either.
Reason WhyDown(Context& context, const Subject& subject, const Listener& listener) {
  if (!context.inside_up) return Reason::kInsideDown;
  const uint64_t prefix = PrefixOf(subject.key.client);
  const bool open =
      context.policy->IsOpen(listener) && !context.health.IsDown(listener, prefix, context.now);
  return open ? Reason::kNone : Reason::kBackendsDown;
}

// Why a SYN gets no cookie; `sends`: it would, otherwise.
Reason WhyNoAnswer(Context& context, const Subject& subject, const Listener& listener, bool sends) {
  const Listed listed = ListedOf(context, subject.key.client, subject.role.listener);
  if (listed.tier == Tier::kBlock) return Reason::kListBlock;  // one who passes is monitored
  if (const Reason down = WhyDown(context, subject, listener); down != Reason::kNone) return down;
  if (sends || context.IsMonitored(listener)) {
    const RateVerdict limited = TakeSynLimits(context, subject);
    if (limited.reason != Reason::kNone) return limited.reason;
  }
  // What is not sent costs no budget, which is the victim's at all services.
  if (sends && context.reflection &&
      !context.reflection->Take(PrefixOf(subject.key.client), context.now)) {
    return Reason::kReflectionBudget;
  }
  const bool fits = subject.packet.frame->capacity >= kMaxComposedLength;
  return fits ? Reason::kNone : Reason::kNoTailroom;
}

void NoteSource(Context& context, const Subject& subject, const Listener& listener) {
  if (context.sources.Skip(1)) return;
  context.sources.Look(1, context.second, [&](size_t) {
    return StreamSummary::Key{subject.key.client, listener.service};
  });
}

// Down: as a wire that is cut, or as a host without the service. The SYN's source may be forged:
// its network gets no more RSTs than for wrong cookies.
Verdict RefuseSyn(Context& context, const Subject& subject, const Listener& listener,
                  Reason reason) {
  context.CountersOf(listener).Count(ServiceEvent::kSyns);
  if (IsOverLimit(reason)) context.flood[listener.service].CountSyns(context.second, 1);
  const bool answers = IsDown(reason) || IsOverLimit(reason);
  const bool silent = !answers || RefusesSilently(context.policy->service(listener), reason) ||
                      !context.wrong_cookie_resets.Take(PrefixOf(subject.key.client), context.now);
  return silent ? Verdict::Drop(reason) : BounceReset(context, subject, reason);
}

ServiceEvent WouldBe(Reason refusal) {
  if (refusal == Reason::kNone) return ServiceEvent::kWouldCookiesSent;
  if (IsOverLimit(refusal)) return ServiceEvent::kWouldSynLimitRejections;
  return IsDown(refusal) ? ServiceEvent::kWouldDownRejections : ServiceEvent::kWouldDrops;
}

// The handshake is the server's. Its network is not noted among those that got a cookie: none will
// come back.
Verdict PassSyn(Context& context, const Listener& listener, Reason refusal) {
  context.CountWould(listener, WouldBe(refusal));
  context.CountersOf(listener).Count(ServiceEvent::kSyns);
  context.flood[listener.service].CountSyns(context.second, 1);
  return Pass(context);
}

// In a service that was challenged until now, what follows a lost ACK with a cookie is not the
// server's yet, which would refuse it. What looks like it and is the server's comes again a little
// later.
bool MayComeAgain(Context& context, const Subject& subject, const Listener& listener) {
  const Time turned = context.ModeOf(listener).turned();
  const bool had_cookie = turned > context.now - kFirstFlight || IsChallenged(context, subject);
  return had_cookie && FollowsLostHandshake(context, subject);
}

// What passes for a connection that nobody knows may be none: so many only as would be told that.
bool PassesUnknown(Context& context, const Subject& subject, const Listener& listener) {
  const ServiceMode& mode = context.ModeOf(listener);
  return !mode.challenges() ||
         context.wrong_cookie_resets.Take(PrefixOf(subject.key.client), context.now);
}

// Rule 39: the ACK may be of a connection whose handshake was not ours.
Verdict PassUnknown(Context& context, const Subject& subject, const Listener& listener,
                    Reason reason) {
  const bool challenges = context.ModeOf(listener).challenges();
  if (!challenges && MayComeAgain(context, subject, listener)) return Verdict::Drop(reason);
  return PassesUnknown(context, subject, listener) ? Pass(context) : Verdict::Drop(reason);
}

// Nobody has got a cookie for so long that one could come back.
bool GivesNoCookies(const Context& context, const Subject& subject) {
  const ServiceMode& mode = context.ModeOf(context.policy->listener(subject.role.listener));
  return !mode.challenges() && !context.lists &&
         mode.turned() <= context.now - context.policy->cookie_life();
}

}  // namespace

bool IsChallenged(const Context& context, const Subject& subject) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  if (context.ModeOf(listener).challenges()) return true;
  return !context.IsMonitored(listener) &&
         ListedOf(context, subject.key.client, subject.role.listener).tier == Tier::kChallenge;
}

Reason JudgeOrigin(const Packet& packet) {
  const bool group_source = packet.data()[6] & 1, group_destination = packet.data()[0] & 1;
  if (group_source || group_destination) return Reason::kGroupMac;
  if (IsImpossibleSource(packet.source.address)) return Reason::kImpossibleSource;
  return packet.source.address == packet.destination.address ? Reason::kLand : Reason::kNone;
}

Reason JudgeFlags(uint8_t flags) {
  constexpr uint8_t kXmas = kFin | kPsh | kUrg;
  if ((flags & (kSyn | kFin)) == (kSyn | kFin)) return Reason::kSynFin;
  if ((flags & (kSyn | kRst)) == (kSyn | kRst)) return Reason::kSynRst;
  if ((flags & (kSyn | kAck | kRst)) != 0) return Reason::kNone;
  if ((flags & (kFin | kPsh | kUrg)) == 0) return Reason::kNullFlags;
  return (flags & kXmas) == kXmas ? Reason::kXmas : Reason::kNoAck;
}

Offer SharedOffer(const uint8_t* tcp, bool v6, const TcpOptions& options, const Offer& promise) {
  Offer shared;
  shared.mss = OfferedMss(options, v6);
  shared.window_scale = promise.window_scale != kNoScale ? options.window_scale : kNoScale;
  shared.sack = options.sack_permitted && promise.sack;
  shared.timestamps = options.timestamps_offset != 0 && promise.timestamps;
  shared.ecn = shared.timestamps && OffersEcn(tcp);
  return shared;
}

void FileSyn(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  const KeptOptions kept = Keep(SharedOffer(packet.tcp(), packet.v6, packet.options,
                                            context.promises.Current(subject.role.listener)));
  CookieTuple tuple;
  TakeTuple(subject, packet.seq, tuple);
  context.syns.cookies.Add(tuple, kept);
  PendingSyn& syn = context.syns.Last();
  syn.prefix = PrefixOf(tuple.client);
  syn.kind = SynKind::KeyOf(tuple.listener, kept);
  const uint8_t* timestamps = packet.tcp() + packet.options.timestamps_offset;
  syn.tsval = kept.timestamps ? NativeAt<uint32_t>(timestamps + 2) : 0;
  syn.hop_limit = packet.ip()[packet.v6 ? 7 : 8];
  syn.hash = subject.hash;
  subject.baked = static_cast<uint8_t>(context.syns.count() - 1);
}

void BakeCookies(Context& context) { context.jar.Bake(context.syns.cookies); }

bool MayAnswerSyn(const Context& context, ListenerId id) {
  const Listener& listener = context.policy->listener(id);
  return context.ModeOf(listener).challenges() && !context.reflection && context.inside_up &&
         context.policy->IsOpen(listener) && !context.health.IsDownForSome(listener, context.now);
}

const SynKind& KindOf(Context& context, uint32_t key) {
  SynKind& kind = context.syns.KindAt(key);
  if (kind.key == key) return kind;
  const ListenerId id = SynKind::ListenerOf(key);
  const Listener& listener = context.policy->listener(id);
  const Offer &promise = context.promises.Current(id), options = SynKind::OptionsOf(key);
  kind.key = key;
  kind.limits = SynLimitsOf(context, listener);
  kind.cookie = context.jar.FormOf(context.now, Keep(options));
  kind.flood = &context.flood[listener.service];
  kind.counters = &context.CountersOf(listener);
  kind.image = SynAckImage(listener.endpoint, promise, options,
                           InitialWindow(context, listener, promise.mss), kind.cookie.tsval);
  return kind;
}

void WriteCookie(Context& context, FrameBuffer& frame, uint32_t l3, size_t index,
                 const SynKind& kind) {
  const PendingSyn& syn = context.syns.syns[index];
  context.cookies_sent.Note(syn.prefix, context.second);
  SwapMacs(frame.data);
  const CookieBatch& cookies = context.syns.cookies;
  const SynAck answer{cookies.ClientAt(index),
                      cookies.ClientPortAt(index),
                      kind.cookie.IsnOf(cookies.macs[index]),
                      cookies.IsnCAt(index) + 1,
                      syn.tsval,
                      kind.image.v6 ? context.FlowLabelOf(syn.hash) : 0,
                      HopLimitOfAnswer(syn.hop_limit)};
  frame.length = l3 + WriteSynAck(frame.data + l3, kind.image, answer);
}

Verdict AnswerSyn(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  const Listener& listener = context.policy->listener(subject.role.listener);
  NoteSource(context, subject, listener);
  const bool challenged = IsChallenged(context, subject);
  const Reason refusal = WhyNoAnswer(context, subject, listener, challenged);
  if (!challenged) return PassSyn(context, listener, refusal);
  if (refusal != Reason::kNone) return RefuseSyn(context, subject, listener, refusal);
  const SynKind& kind = KindOf(context, context.syns.syns[subject.baked].kind);
  WriteCookie(context, *packet.frame, packet.l3, subject.baked, kind);
  kind.Count(context.second, 1);
  context.counters.Count(Event::kCookiesSent);
  return Verdict::Bounce();
}

// More than we are ever ready to hold for one connection. Whoever sends it has not kept to the
// window that he was told, and the sum of a jumbo frame alone costs many SYNs.
bool IsTooLongToHold(const Context& context, const Packet& packet, uint16_t promised_mss) {
  return packet.payload_length() > context.policy->config().handshake.hold_segments * promised_mss;
}

bool WasNeverSent(const Context& context, RecentPrefixes::Spot spot) {
  return context.now >= context.cookies_known_from &&
         !context.cookies_sent.WasNoted(spot, context.second, context.cookie_life);
}

CookieVerdict VerifyCookie(Context& context, Subject& subject) {
  const uint64_t prefix = PrefixOf(subject.key.client);
  if (GivesNoCookies(context, subject) ||
      WasNeverSent(context, context.cookies_sent.SpotOf(prefix))) {
    return {Reason::kCookieNeverSent, {}};
  }
  const Packet& packet = subject.packet;
  CookieClaim claim{{}, packet.ack - 1, EchoOf(packet)};
  TakeTuple(subject, packet.seq - 1, claim.tuple);
  auto verified = subject.claim != PlainSegment::kNoClaim ? context.segments.verified[subject.claim]
                                                          : context.jar.Verify(context.now, claim);
  const bool probe =
      verified.judgement == CookieJar::Judgement::kWrong && MayBeProbe(context, packet);
  if (probe) {
    claim.tuple.isn_c = packet.seq;
    verified = context.jar.Verify(context.now, claim);
  }
  if (verified.judgement == CookieJar::Judgement::kExpired) return {Reason::kCookieExpired, {}};
  if (verified.judgement == CookieJar::Judgement::kWrong) return {Reason::kCookieWrong, {}};
  if (IsTooLongToHold(context, packet,
                      context.promises.Of(subject.role.listener, verified.epoch_bit).mss)) {
    return {Reason::kHoldLimit, {}};
  }
  if (const Reason damage = subject.Damage(); damage != Reason::kNone) return {damage, {}};
  if (context.reflection) context.reflection->Exempt(prefix, context.now);
  context.counters.Count(Event::kCookiesValid);
  context.CountersOf(context.policy->listener(subject.role.listener))
      .Count(ServiceEvent::kCookiesValid);
  if (probe) context.counters.Count(Event::kCookiesRecovered);
  return {Reason::kNone, {verified.options, verified.epoch_bit, claim.tuple.isn_c, claim.isn}};
}

bool StaysSilent(Context& context, uint16_t id) {
  using WrongCookie = ServiceConfig::WrongCookie;
  const Listener& listener = context.policy->listener(id);
  const WrongCookie wrong_cookie = context.policy->service(listener).wrong_cookie;
  return wrong_cookie == WrongCookie::kDrop ||
         (wrong_cookie == WrongCookie::kAuto &&
          context.flood[listener.service].IsFlooded(context.second));
}

Verdict AnswerWrongCookie(Context& context, Subject& subject, Reason reason) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  if (reason != Reason::kHoldLimit && context.ModeOf(listener).PassesStrangers(context.now)) {
    return PassUnknown(context, subject, listener, reason);
  }
  const bool is_auto =
      context.policy->service(listener).wrong_cookie == ServiceConfig::WrongCookie::kAuto;
  const bool silent = reason == Reason::kHoldLimit ||  // the cookie is right
                      StaysSilent(context, subject.role.listener) ||
                      (is_auto && FollowsLostHandshake(context, subject));
  if (silent || subject.Damage() != Reason::kNone ||
      !context.wrong_cookie_resets.Take(PrefixOf(subject.key.client), context.now)) {
    return Verdict::Drop(reason);
  }
  return BounceReset(context, subject, reason);
}

}  // namespace synsplice
