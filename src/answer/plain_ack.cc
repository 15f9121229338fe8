#include "plain_ack.h"

#include "answer.h"
#include "cookie_answer.h"
#include "plain_origin.h"
#include "synsplice/wire/glance_sums.h"

namespace synsplice {
namespace {

using Judgement = CookieJar::Judgement;

CookieClaim ClaimOf(const PlainSegment& ack) {
  const uint8_t* tcp = ack.glance.tcp;
  CookieClaim claim;
  claim.tuple.client = ack.key.client;
  claim.tuple.client_port = ack.key.client_port;
  claim.tuple.listener = ack.role.listener;
  claim.tuple.isn_c = LoadBe32(tcp + 4) - 1;
  claim.isn = LoadBe32(tcp + kTcpAckOffset) - 1;
  if (ack.has_timestamps()) claim.tsecr = LoadBe32(tcp + PlainSegment::kTsecr);
  return claim;
}

// For one address family at a time: few compares of words in registers are left.
template <bool kV6>
[[gnu::always_inline]] inline bool IsOf(Context& context, PlainSegment& ack) {
  const uint8_t* ip = ack.glance.ip;
  const AddressWords client = AddressWords::FromWire(ip + SourceOffset(kV6), kV6);
  if (!MayBeAnswered<kV6>(ip, client)) return false;
  ack.sketch = context.cookies_sent.SpotOf(PrefixOf(client));
  context.cookies_sent.Prefetch(ack.sketch);
  return true;
}

// A FIN decides something: its sums count whatever its cookie is (rule 18). Not inlined, it would
// cost the loop over a burst its registers.
[[gnu::noinline]] bool IsGoodFin(const Glance& glance) { return SumsAreRight(glance); }

}  // namespace

bool IsPlainStranger(Context& context, const FrameBuffer& frame, PlainSegment& ack) {
  if (ack.glance.payload_length() != 0 || ((frame.data[0] | frame.data[6]) & 1) != 0) return false;
  if (ack.has_fin() && !IsGoodFin(ack.glance)) return false;
  return ack.glance.v6 ? IsOf<true>(context, ack) : IsOf<false>(context, ack);
}

void FileClaim(Context& context, PlainSegment& ack) {
  ack.claim = PlainSegment::kNoClaim;
  if (WasNeverSent(context, ack.sketch)) return;
  SegmentBatch& batch = context.segments;
  ack.claim = static_cast<uint8_t>(batch.claims.count);
  batch.claims.Add(ClaimOf(ack));
}

void VerifyClaims(Context& context) {
  SegmentBatch& batch = context.segments;
  if (batch.claims.count != 0) context.jar.VerifyAll(context.now, batch.claims, batch.verified);
}

bool IsValidClaim(const Context& context, const PlainSegment& ack) {
  return ack.claim != PlainSegment::kNoClaim &&
         context.segments.verified[ack.claim].judgement == Judgement::kValid;
}

bool IsStillStranger(const Context& context, const PlainSegment& ack) {
  return !context.flows.MayHold(ack.hash) &&
         (ack.claim != PlainSegment::kNoClaim || WasNeverSent(context, ack.sketch));
}

Reason WhyRefused(const Context& context, const PlainSegment& ack) {
  if (context.lists && context.lists->MayHold(ack.key.client)) return Reason::kNone;
  if (ack.claim == PlainSegment::kNoClaim) return Reason::kCookieNeverSent;
  switch (context.segments.verified[ack.claim].judgement) {
    case Judgement::kExpired:
      return Reason::kCookieExpired;
    case Judgement::kWrong:  // unless it is a probe, which has no FIN
      return ack.has_fin() || context.probe_macs.IsEmpty(context.now) ? Reason::kCookieWrong
                                                                      : Reason::kNone;
    case Judgement::kValid:
      break;
  }
  return Reason::kNone;
}

// It may follow a handshake that was lost, which the options tell.
Verdict AnswerFin(Context& context, FrameBuffer& frame, const PlainSegment& ack, Reason reason) {
  Subject subject(Side::kOutside, frame);
  subject.role = ack.role;
  subject.key = ack.key;
  subject.hash = ack.hash;
  return AnswerWrongCookie(context, subject, reason);
}

// Not inlined: a flood meets silence.
[[gnu::noinline]] Verdict AnswerStranger(Context& context, FrameBuffer& frame,
                                         const PlainSegment& ack, Reason reason) {
  if (ack.has_fin()) return AnswerFin(context, frame, ack, reason);
  if (!SumsAreRight(ack.glance) ||
      !context.wrong_cookie_resets.Take(PrefixOf(ack.key.client), context.now)) {
    return Verdict::Drop(reason);
  }
  Subject subject(Side::kOutside, frame);
  subject.hash = ack.hash;
  return BounceReset(context, subject, reason);
}

}  // namespace synsplice
