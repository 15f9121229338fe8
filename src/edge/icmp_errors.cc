#include "icmp_errors.h"

#include <algorithm>

#include "open/backend.h"
#include "police.h"
#include "quote_rewriter.h"
#include "splice/teardown.h"
#include "splice/tracking.h"
#include "splice/translate.h"
#include "synsplice/base/endian.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// What every link carries (RFC 791 3.2, RFC 8200 5). Hosts have higher floors of their own; a
// router that tells less is damaged or forged.
constexpr uint32_t kMinMtuV4 = 68, kMinMtuV6 = 1280;

// No error is longer: RFC 1812 4.3.2.3 has 576 bytes, RFC 4443 2.4 1280. A jumbo frame's sum would
// cost many times a SYN.
constexpr uint32_t kLongestError = 1500;

// The flow that the quoted segment belongs to.
Flow* QuotedFlow(Context& context, const Subject& subject, const IcmpQuote& quote) {
  const Policy::Role role = subject.role;
  const bool outside = subject.side == Side::kOutside;
  const Endpoint& client = QuotedClient(quote, subject.side);
  const uint16_t group = outside ? context.policy->listener(role.listener).group
                                 : context.policy->backend(role.backend).group;
  const FlowKey key{client.address, client.port, subject.packet.vids.Packed(), group};
  Flow* flow = context.flows.Find(context.flows.HashOf(key), key, subject.side, subject.id());
  return flow && !IsExpired(context, *flow) ? flow : nullptr;
}

// RFC 5927 4.1: only a segment that may still be under way can have met the error.
bool IsUnderWay(const Flow& flow, const IcmpQuote& quote, Side side) {
  if (side == Side::kInside) {
    const Seq seq{quote.seq};
    return seq - flow.server_ack >= 0 && seq - flow.client_end <= 0;
  }
  const Seq seq{quote.seq - flow.delta_or_slot};
  return seq - flow.client_ack >= 0 && seq - flow.server_end <= 0;
}

// What the segment's sender is told. The server's grow on their way by the time stamps we make.
uint16_t MtuForSender(const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  const uint8_t* icmp = packet.tcp();
  const uint32_t mtu = packet.v6 ? LoadBe32(icmp + 4) : LoadBe16(icmp + 6);
  const bool grows =
      subject.side == Side::kOutside && flow.timestamps() == TimestampMode::kSynthesise;
  const uint32_t room = grows ? kPaddedTimestampsLength : 0;
  const uint32_t lowest = packet.v6 ? kMinMtuV6 : kMinMtuV4;
  return static_cast<uint16_t>(
      std::min(mtu < lowest + room ? lowest : mtu - room, uint32_t{UINT16_MAX}));
}

// RFC 1191 5: a router of before that memo tells no MTU, and its receiver guesses.
bool TellsMtu(const Packet& packet) { return packet.v6 || LoadBe16(packet.tcp() + 6) != 0; }

void SetMtu(QuoteRewriter& rewriter, const Flow& flow, const Subject& subject,
            const IcmpQuote& quote) {
  if (!quote.too_big || !TellsMtu(subject.packet)) return;
  rewriter.SetMtu(MtuForSender(flow, subject));
}

// The segment had gone to the client.
Verdict TranslateForServer(Context& context, const Flow& flow, Subject& subject,
                           const IcmpQuote& quote) {
  const NextHop hop = NextHopOf(context, flow);
  if (!hop.IsKnown()) return Verdict::Drop(Reason::kNeighbourUnknown);
  const Endpoint& backend = context.BackendOf(flow).endpoint;
  QuoteRewriter rewriter(subject.packet, quote);
  rewriter.SetSeq(quote.seq - flow.delta_or_slot);
  rewriter.SetSource(backend);
  rewriter.SetOuterDestination(backend.address);
  SetMtu(rewriter, flow, subject, quote);
  if (hop.mac) rewriter.SetDestinationMac(*hop.mac);
  rewriter.Finish();
  return Verdict::Forward();
}

// The segment had gone to the server. The client knows no backend: what the backend itself says is
// said by the service; a router on the way stays who it is.
Verdict TranslateForClient(Context& context, const Flow& flow, Subject& subject,
                           const IcmpQuote& quote) {
  const Endpoint& listener = context.ListenerOf(flow).endpoint;
  QuoteRewriter rewriter(subject.packet, quote);
  rewriter.ShiftAck(flow.delta_or_slot);
  rewriter.SetDestination(listener);
  SetMtu(rewriter, flow, subject, quote);
  if (subject.packet.source.address == context.BackendOf(flow).endpoint.address) {
    rewriter.SetOuterSource(listener.address);
    if (flow.own_mac) rewriter.SetSourceMac(context.shared.outside_mac);
  }
  rewriter.Finish();
  return Verdict::Forward();
}

// Whoever has a connection can quote it for ever: beyond a few, it is policed like other ICMP.
bool IsOneTooMany(Context& context, Subject& subject) {
  return subject.side == Side::kOutside && !context.policy->policed().empty() &&
         !context.quoted_errors.Take(context.now) && IsPolicedSurplus(context, subject);
}

Verdict OnErrorAboutFlow(Context& context, Subject& subject, const IcmpQuote& quote, Flow& flow) {
  if (subject.packet.end - subject.packet.l3 > kLongestError) {
    return Verdict::Drop(Reason::kIcmpOutOfPlace);
  }
  if (!IcmpChecksumOk(subject.packet)) return Verdict::Drop(Reason::kBadIcmpChecksum);
  const bool outside = subject.side == Side::kOutside;
  if (IsWaiting(flow.phase())) {
    const bool about_syn = !outside && quote.seq == context.SlotOf(flow).isn_c;
    if (about_syn && quote.unreachable) return OnBackendUnreachable(context, subject, flow);
    return Verdict::Drop(Reason::kIcmpOutOfPlace);
  }
  if (flow.phase() == Phase::kRefused || !IsUnderWay(flow, quote, subject.side)) {
    return Verdict::Drop(Reason::kIcmpOutOfPlace);
  }
  if (IsOneTooMany(context, subject)) return Verdict::Drop(Reason::kPolice);
  context.counters.Count(Event::kIcmpTranslated);
  return outside ? TranslateForServer(context, flow, subject, quote)
                 : TranslateForClient(context, flow, subject, quote);
}

}  // namespace

std::optional<Verdict> OnIcmpError(Context& context, Subject& subject) {
  const auto quote = ParseIcmpQuote(subject.packet);
  if (!quote) return std::nullopt;
  subject.role = context.policy->Find(QuotedServer(*quote, subject.side), subject.packet.vids);
  if (!subject.IsService()) return std::nullopt;
  Flow* flow = QuotedFlow(context, subject, *quote);
  const bool transparent = subject.role.listener != 0 && subject.role.backend != 0;
  const bool passes = transparent || context.IsRemoved(subject.side, subject.role);
  if (!flow && passes) return std::nullopt;
  if (!flow) return Verdict::Drop(Reason::kIcmpWithoutFlow);
  // Nothing in it is to be translated, and of a noted flow nobody knows what was acknowledged.
  if (flow->server_opened || flow->IsNoted()) {
    if (IsOneTooMany(context, subject)) return Verdict::Drop(Reason::kPolice);
    context.counters.Count(Event::kBridged);
    return Verdict::Forward();
  }
  return OnErrorAboutFlow(context, subject, *quote, *flow);
}

}  // namespace synsplice
