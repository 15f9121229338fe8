#include "plain_stray.h"

#include "plain_origin.h"
#include "synsplice/wire/glance_sums.h"

namespace synsplice {
namespace {

template <bool kV6>
bool HasGoodOrigin(const uint8_t* ip) {
  return MayBeAnswered<kV6>(ip, AddressWords::FromWire(ip + SourceOffset(kV6), kV6));
}

}  // namespace

// Not inlined: it would cost the loop over a burst its registers.
[[gnu::noinline]] bool TakePlainStray(const Context& context, const FrameBuffer& frame,
                                      const PlainSegment& segment) {
  const Glance& glance = segment.glance;
  TcpOptions options;
  if (glance.payload_length() != 0 || ((frame.data[0] | frame.data[6]) & 1) != 0 ||
      !ParseCommonOptions(glance.tcp, glance.header_length, options) ||
      !(glance.v6 ? HasGoodOrigin<true>(glance.ip) : HasGoodOrigin<false>(glance.ip)) ||
      !SumsAreRight(glance)) {
    return false;
  }
  context.flows.Prefetch(segment.hash);
  return true;
}

// Where clients are not challenged a connection may be one that is not known yet.
bool DropsStrays(const Context& context, ListenerId listener) {
  return context.ModeOf(context.policy->listener(listener)).challenges();
}

Reason WhyStray(const Context& context, const PlainSegment& segment) {
  if (context.flows.MayHold(segment.hash)) return Reason::kNone;
  if (context.lists && context.lists->MayHold(segment.key.client)) return Reason::kNone;
  const bool reset = segment.glance.flags() & kRst;
  return reset ? Reason::kRstWithoutFlow : Reason::kSynAckWithoutFlow;
}

}  // namespace synsplice
