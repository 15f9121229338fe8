#include "plain.h"

#include <array>

#include "answer/cookie_answer.h"
#include "answer/lists.h"
#include "answer/plain_ack.h"
#include "answer/plain_stray.h"
#include "answer/plain_syn.h"
#include "answer/syn_tokens.h"
#include "open/handshake.h"
#include "plain_kind.h"
#include "splice/plain_segment.h"
#include "synsplice/flow/entry_fetch.h"

namespace synsplice {
namespace {

using Kind = PlainFrame::Kind;

constexpr size_t kEntriesAhead = 12;

// Each side has a loop of its own: what it is about is known.
[[gnu::always_inline]] inline uint32_t FileAll(Context& context, Side side, Burst& burst) {
  uint32_t kinds = 0;
  for (size_t i = 0; i < burst.frames.size(); ++i) {
    const auto syn = static_cast<uint8_t>(context.syns.count());
    const Kind kind = TakeOne(context, side, burst.frames[i], context.segments.segments[i]);
    burst.plain[i] = {kind, syn};
    kinds |= 1u << static_cast<int>(kind);
  }
  return kinds;
}

[[gnu::always_inline]] inline void TakeAll(Context& context, Burst& burst) {
  const std::span<FrameBuffer> frames = burst.frames;
  const Side side = burst.side;
  context.syns.Clear();
  SegmentBatch& batch = context.segments;
  batch.claims.count = 0;
  bool strangers = false;
  burst.kinds = side == Side::kOutside ? FileAll(context, Side::kOutside, burst)
                                       : FileAll(context, Side::kInside, burst);
  for (PendingSyn& syn : std::span(context.syns.syns).first(context.syns.count())) {
    syn.flow = context.flows.PrefetchAtHome(syn.hash);
  }
  if (context.lists && context.syns.count() != 0) FileListed(context);
  if (!burst.Has(Kind::kSegment)) return;
  EntryFetch fetch(context.flows, [&](size_t i) {
    const bool stranger =
        side == Side::kOutside && IsPlainStranger(context, frames[i], batch.segments[i]);
    if (stranger) burst.plain[i].kind = Kind::kStranger;
    strangers |= stranger;
  });
  for (size_t i = 0; i < frames.size(); ++i) {
    if (burst.plain[i].kind != Kind::kSegment) continue;
    const PlainSegment& segment = batch.segments[i];
    fetch.Add(i, segment.hash);
    // A bare ACK may end a connection.
    if (burst.plain[i].kind == Kind::kSegment && segment.length() == 0) {
      context.flow_shares.Prefetch(PrefixOf(segment.key.client));
    }
  }
  fetch.Finish();
  if (!strangers) return;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (burst.IsStranger(i)) FileClaim(context, batch.segments[i]);
  }
  VerifyClaims(context);
  for (size_t i = 0; i < kOpeningsAhead; ++i) FetchOpening(context, burst, i);
}

// Of the entries of a whole burst, fetched at once, the CPU has forgotten some: once more, shortly
// before it is their turn.
[[gnu::always_inline]] inline void FetchAgain(const Context& context, const Burst& burst,
                                              size_t i) {
  if (i >= burst.frames.size() || burst.plain[i].kind != Kind::kSegment) return;
  (void)context.flows.PrefetchAtHome(context.segments.segments[i].hash);
}

// Segments that follow each other, from `first` on; answers how many were sent on.
[[gnu::always_inline]] inline size_t SendAll(Context& context, Side side, Burst& burst,
                                             size_t first) {
  size_t i = first;
  for (; i < burst.frames.size() && burst.plain[i].kind == Kind::kSegment; ++i) {
    FetchAgain(context, burst, i + kEntriesAhead);
    if (!SendPlainSegment(context, side, burst.frames[i], context.segments.segments[i])) break;
    burst.verdicts[i] = Verdict::Forward();
  }
  return i - first;
}

// Each side has code of its own: the fields of a flow that it is about are known.
[[gnu::always_inline]] inline size_t SendSegments(Context& context, Burst& burst, size_t first) {
  return burst.side == Side::kOutside ? SendAll(context, Side::kOutside, burst, first)
                                      : SendAll(context, Side::kInside, burst, first);
}

// Strangers of a burst that were refused, of one listener.
struct Refused {
  ListenerId listener = 0;  // 0: there was none
  bool silent = false;      // once it is, it stays so for the burst
  size_t count = 0;         // of frames
  size_t resets = 0;        // so many of them got one
  size_t fins = 0;          // so many have a FIN
  std::array<uint32_t, 3> whys{};
};

// Why strangers are refused here: reasons that follow each other.
constexpr Reason kWhys[] = {Reason::kCookieWrong, Reason::kCookieExpired, Reason::kCookieNeverSent};
constexpr size_t IndexOf(Reason why) {
  return static_cast<size_t>(why) - static_cast<size_t>(kWhys[0]);
}
static_assert(IndexOf(kWhys[1]) == 1 && IndexOf(kWhys[2]) == 2);

// Not inlined: once in a burst, it would cost the loop its registers.
[[gnu::noinline]] void CountRefused(Context& context, const Refused& refused) {
  ServiceCounters& counters = context.CountersOf(context.policy->listener(refused.listener));
  counters.Count(ServiceEvent::kStrayFins, refused.fins);
  context.counters.Count(Event::kBounced, refused.resets);
  context.counters.Count(Event::kDropped, refused.count - refused.resets);
  for (size_t i = 0; i < std::size(kWhys); ++i) {
    if (refused.whys[i] == 0) continue;
    context.counters.Count(kWhys[i], refused.whys[i]);
    counters.Count(*ServiceEventOf(kWhys[i]), refused.whys[i]);
  }
}

// Strangers to one listener that follow each other, from `first` on; answers how many are refused,
// and adds them to `refused`. `touched`: frames of the burst have been judged that may have opened
// flows or got cookies.
[[gnu::always_inline]] inline size_t RefuseStrangers(Context& context, Burst& burst, size_t first,
                                                     bool touched, Refused& refused) {
  const ListenerId listener = context.segments.segments[first].role.listener;
  if (refused.listener != listener) {
    if (context.ModeOf(context.policy->listener(listener)).PassesStrangers(context.now)) return 0;
    if (refused.count != 0) CountRefused(context, refused);
    refused = {.listener = listener};
  }
  size_t i = first;
  for (; i < burst.frames.size() && burst.IsStranger(i); ++i) {
    const PlainSegment& ack = context.segments.segments[i];
    if (ack.role.listener != listener) break;
    if (touched && !IsStillStranger(context, ack)) break;
    const Reason reason = WhyRefused(context, ack);
    if (reason == Reason::kNone) break;
    refused.fins += ack.has_fin();  // before the frame becomes a RST
    refused.silent = refused.silent || StaysSilent(context, listener);
    burst.verdicts[i] = refused.silent ? Verdict::Drop(reason)
                                       : AnswerStranger(context, burst.frames[i], ack, reason);
    refused.resets += burst.verdicts[i].kind == Verdict::Kind::kBounce;
    ++refused.whys[IndexOf(reason)];
  }
  refused.count += i - first;
  return i - first;
}

// Not inlined: once in several bursts.
[[gnu::noinline]] void NoteSources(Context& context, const Burst& burst, size_t first,
                                   uint32_t count) {
  const uint32_t kind = context.syns.syns[burst.plain[first].syn].kind;
  const uint16_t service = context.policy->listener(SynKind::ListenerOf(kind)).service;
  context.sources.Look(count, context.second, [&](size_t i) {
    const size_t syn = burst.plain[first + i].syn;
    return StreamSummary::Key{context.syns.cookies.ClientAt(syn), service};
  });
}

// How many SYNs of one kind that follow each other, from `first` on, are within its limits; their
// tokens are taken. Not inlined: it would cost the loop its registers.
[[gnu::noinline]] size_t TakeTokens(Context& context, const Burst& burst, size_t first,
                                    const SynKind& kind) {
  size_t i = burst.HasOnly(Kind::kSyn) ? burst.frames.size() : first;
  while (i < burst.frames.size() && burst.plain[i].kind == Kind::kSyn) ++i;
  return TakeSynTokens(context, kind, burst.plain[first].syn, i - first);
}

// SYNs of one kind that follow each other, from `first` on; answers how many. Nothing else happens
// in between, so that what they have in common is looked at once. `touched`: as above.
[[gnu::always_inline]] inline size_t AnswerSyns(Context& context, Burst& burst, size_t first,
                                                bool touched) {
  const SynKind* kind = KindToAnswer(context, burst.plain[first].syn);
  if (!kind) return 0;
  const size_t end =
      kind->limits ? first + TakeTokens(context, burst, first, *kind) : burst.frames.size();
  size_t i = first;
  for (; i < end && burst.plain[i].kind == Kind::kSyn; ++i) {
    if (MeetsLiveFlow(context, burst.plain[i].syn, touched)) break;
    if (!AnswerPlainSyn(context, burst.frames[i], burst.plain[i].syn, *kind)) break;
    burst.verdicts[i] = Verdict::Bounce();
  }
  if (kind->limits && i != end) GiveSynTokensBack(context, *kind, burst.plain[i].syn, end - i);
  const auto count = static_cast<uint32_t>(i - first);
  kind->Count(context.second, count);
  if (!context.sources.Skip(count)) NoteSources(context, burst, first, count);
  return i - first;
}

// SYNs of blocked clients that follow each other, from `first` on; answers how many. Not inlined:
// rare, it would cost the loop its registers.
[[gnu::noinline]] size_t DropBlocked(Context& context, Burst& burst, size_t first, bool touched) {
  size_t i = first;
  for (; i < burst.frames.size() && burst.plain[i].kind == Kind::kSyn; ++i) {
    const size_t syn = burst.plain[i].syn;
    if (!IsBlockedSyn(context, syn, touched)) break;
    CountListed(context, syn);
    burst.verdicts[i] = Verdict::Drop(Reason::kListBlock);
  }
  context.counters.Count(Reason::kListBlock, i - first);
  return i - first;
}

void CountStrays(Context& context, const Listener& listener, size_t resets, size_t syn_acks) {
  context.counters.Count(Reason::kRstWithoutFlow, resets);
  context.counters.Count(Reason::kSynAckWithoutFlow, syn_acks);
  context.CountersOf(listener).Count(ServiceEvent::kStrayRsts, resets);
  context.CountersOf(listener).Count(ServiceEvent::kStraySynAcks, syn_acks);
}

// RSTs and SYN-ACKs to one listener that follow each other and belong to no flow, from `first` on;
// answers how many. Not inlined: it would cost the loop its registers.
[[gnu::noinline]] size_t DropStrays(Context& context, Burst& burst, size_t first) {
  const ListenerId listener = context.segments.segments[first].role.listener;
  if (!DropsStrays(context, listener)) return 0;
  size_t i = first, resets = 0;
  for (; i < burst.frames.size() && burst.plain[i].kind == Kind::kStray; ++i) {
    const PlainSegment& segment = context.segments.segments[i];
    const Reason reason = WhyStray(context, segment);
    if (segment.role.listener != listener || reason == Reason::kNone) break;
    burst.verdicts[i] = Verdict::Drop(reason);
    resets += reason == Reason::kRstWithoutFlow;
  }
  CountStrays(context, context.policy->listener(listener), resets, i - first - resets);
  return i - first;
}

[[gnu::always_inline]] inline size_t JudgeAll(Context& context, Burst& burst, size_t first) {
  size_t i = first, answered = 0, dropped = 0, forwarded = 0, bridged = 0;
  Refused refused;
  const auto done = [&] {
    if (refused.count != 0) CountRefused(context, refused);
    context.counters.Count(Event::kBounced, answered);
    context.counters.Count(Event::kCookiesSent, answered);
    context.counters.Count(Event::kDropped, dropped);
    context.counters.Count(Event::kForwarded, forwarded + bridged);
    context.counters.Count(Event::kBridged, bridged);
    return i;
  };
  for (; i < burst.frames.size() && !burst.IsGeneral(i); ++i) {
    switch (burst.plain[i].kind) {
      case Kind::kSyn:
        if (const size_t run = AnswerSyns(context, burst, i, first != 0); run != 0) {
          answered += run;
          i += run - 1;
          break;
        }
        if (!context.syns.any_listed) return done();
        if (const size_t run = DropBlocked(context, burst, i, first != 0); run != 0) {
          dropped += run;
          i += run - 1;
          break;
        }
        return done();
      case Kind::kDatagram:
        burst.verdicts[i] = Verdict::Forward();
        ++bridged;
        break;
      case Kind::kStray:
        if (const size_t run = DropStrays(context, burst, i); run != 0) {
          dropped += run;
          i += run - 1;
          break;
        }
        return done();
      case Kind::kStranger:
        if (const size_t run = RefuseStrangers(context, burst, i, first + answered != 0, refused);
            run != 0) {
          i += run - 1;
          break;
        }
        return done();
      default:
        if (const size_t run = SendSegments(context, burst, i); run != 0) {
          forwarded += run;
          i += run - 1;
          break;
        }
        return done();
    }
  }
  return done();
}

// The same code for CPUs of different ages.
struct Code {
  void (*take)(Context&, Burst&);
  size_t (*judge)(Context&, Burst&, size_t);
};

#define SYNSPLICE_CODE(name, ...)                                                          \
  __VA_ARGS__ void Take##name(Context& context, Burst& burst) { TakeAll(context, burst); } \
  __VA_ARGS__ size_t Judge##name(Context& context, Burst& burst, size_t first) {           \
    return JudgeAll(context, burst, first);                                                \
  }
SYNSPLICE_CODE(Baseline, [[gnu::flatten]])
SYNSPLICE_CODE(V3, [[gnu::flatten, gnu::target("arch=x86-64-v3")]])
#undef SYNSPLICE_CODE

const Code kCode = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")
                       ? Code{TakeV3, JudgeV3}
                       : Code{TakeBaseline, JudgeBaseline};

}  // namespace

void FetchOpening(const Context& context, const Burst& burst, size_t i) {
  if (i >= burst.frames.size() || !burst.IsStranger(i)) return;
  const PlainSegment& ack = context.segments.segments[i];
  if (IsValidClaim(context, ack)) {
    PrefetchOpening(context, {ack.key, ack.hash, ack.role.listener});
  }
}

void TakePlain(Context& context, Burst& burst) { kCode.take(context, burst); }

size_t JudgePlain(Context& context, Burst& burst, size_t first) {
  return kCode.judge(context, burst, first);
}

}  // namespace synsplice
