#include "plain.h"

#include "answer/cookie_answer.h"
#include "answer/plain_ack.h"
#include "answer/plain_syn.h"
#include "splice/plain_segment.h"

namespace synsplice {
namespace {

using Kind = PlainFrame::Kind;

// What the endpoint is to us: nearly always what the one before was.
const ServiceMemo& Recall(Context& context, Side side, const Endpoint& endpoint) {
  ServiceMemo& memo = context.memos[side == Side::kInside];
  if (memo.endpoint == endpoint) return memo;
  const Policy::Role role = context.policy.Find(endpoint);
  const bool outside = side == Side::kOutside;
  const uint16_t group = outside ? context.policy.listener(role.listener).group
                                 : context.policy.backend(role.backend).group;
  memo = {endpoint, role, group};
  return memo;
}

// Whose it is, and where the flow table would have it. The key's VIDs stay zero.
bool Classify(Context& context, Side side, PlainSegment& segment) {
  const Glance& glance = segment.glance;
  const bool outside = side == Side::kOutside;
  const Address source = glance.source(), destination = glance.destination();
  // ::ffff:a.b.c.d in an IPv6 header is no IPv4 address (ParseFrame).
  if (glance.v6 && (source.IsV4() || destination.IsV4())) return false;
  const uint16_t ports[] = {LoadBe16(glance.tcp), LoadBe16(glance.tcp + 2)};
  const ServiceMemo& memo = Recall(context, side, {outside ? destination : source, ports[outside]});
  segment.role = memo.role;
  segment.key.client = outside ? source : destination;
  segment.key.client_port = ports[!outside];
  segment.key.group = memo.group;
  segment.hash = context.flows.HashOf(segment.key);
  return (outside ? memo.role.listener : memo.role.backend) != 0;
}

bool HasPlainOptions(const Glance& glance) {
  constexpr uint32_t kNopNopTimestamps = 0x0101080a;
  if (glance.header_length == kTcpMinLength) return true;
  return glance.header_length == kTcpMinLength + kPaddedTimestampsLength &&
         LoadBe32(glance.tcp + kTcpMinLength) == kNopNopTimestamps;
}

Kind KindOf(Side side, const PlainSegment& segment) {
  const uint8_t flags = segment.glance.flags() & (kSyn | kAck | kFin | kRst);
  if (flags == kAck && HasPlainOptions(segment.glance)) return Kind::kSegment;
  return flags == kSyn && side == Side::kOutside ? Kind::kSyn : Kind::kGeneral;
}

// For one address family at a time: what depends on it is decided once.
template <bool kV6>
Kind TakeAs(Context& context, Side side, const FrameBuffer& frame, const Glance& glance,
            PlainSegment& place) {
  PlainSegment segment;
  segment.glance = glance;
  segment.glance.v6 = kV6;
  if (!Classify(context, side, segment)) return Kind::kGeneral;
  const Kind kind = KindOf(side, segment);
  if (kind == Kind::kSyn && !TakePlainSyn(context, frame, segment)) return Kind::kGeneral;
  if (kind == Kind::kSegment) {
    context.flows.Prefetch(segment.hash);
    place = segment;
  }
  return kind;
}

Kind TakeOne(Context& context, Side side, const FrameBuffer& frame, PlainSegment& place) {
  if (side == Side::kOutside && TakeKnownSyn(context, frame)) return Kind::kSyn;
  Glance glance;
  if (!TakeGlance(frame, glance)) return IsDatagram(frame) ? Kind::kDatagram : Kind::kGeneral;
  return glance.v6 ? TakeAs<true>(context, side, frame, glance, place)
                   : TakeAs<false>(context, side, frame, glance, place);
}

[[gnu::always_inline]] inline void TakeAll(Context& context, Burst& burst) {
  const size_t count = burst.frames.size();
  context.syns.Clear();
  SegmentBatch& batch = context.segments;
  batch.claim_count = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto syn = static_cast<uint8_t>(context.syns.count());
    burst.plain[i] = {TakeOne(context, burst.side, burst.frames[i], batch.segments[i]), syn};
  }
  for (size_t i = 0; i < count; ++i) {
    if (burst.plain[i].kind != Kind::kSegment) continue;
    context.flows.PrefetchEntries(batch.segments[i].hash);
    if (burst.side == Side::kOutside) FileClaim(context, batch.segments[i]);
  }
  VerifyClaims(context);
}

[[gnu::always_inline]] inline bool JudgeSegment(Context& context, Burst& burst, size_t i) {
  const PlainSegment& segment = context.segments.segments[i];
  Verdict& verdict = burst.verdicts[i];
  if (SendPlainSegment(context, burst.side, burst.frames[i], segment)) {
    verdict = Verdict::Forward();
    return true;
  }
  if (burst.side == Side::kInside) return false;
  if (!RefusePlainAck(context, burst.frames[i], segment, verdict)) return false;
  context.counters.Count(verdict.kind == Verdict::Kind::kDrop ? Event::kDropped : Event::kBounced);
  context.counters.Count(verdict.reason);
  return true;
}

[[gnu::always_inline]] inline size_t JudgeAll(Context& context, Burst& burst, size_t first) {
  size_t i = first, answered = 0, forwarded = 0, bridged = 0;
  const auto done = [&] {
    context.counters.Count(Event::kBounced, answered);
    context.counters.Count(Event::kCookiesSent, answered);
    context.counters.Count(Event::kForwarded, forwarded + bridged);
    context.counters.Count(Event::kBridged, bridged);
    return i;
  };
  for (; i < burst.frames.size() && !burst.IsGeneral(i); ++i) {
    switch (burst.plain[i].kind) {
      case Kind::kSyn:
        if (!AnswerPlainSyn(context, burst.frames[i], burst.plain[i].syn)) return done();
        burst.verdicts[i] = Verdict::Bounce();
        ++answered;
        break;
      case Kind::kDatagram:
        burst.verdicts[i] = Verdict::Forward();
        ++bridged;
        break;
      default:
        if (!JudgeSegment(context, burst, i)) return done();
        forwarded += burst.verdicts[i].kind == Verdict::Kind::kForward;
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

void TakePlain(Context& context, Burst& burst) { kCode.take(context, burst); }

size_t JudgePlain(Context& context, Burst& burst, size_t first) {
  return kCode.judge(context, burst, first);
}

}  // namespace synsplice
