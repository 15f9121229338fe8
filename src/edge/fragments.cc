#include "fragments.h"

#include "police.h"
#include "splice/teardown.h"
#include "splice/tracking.h"
#include "splice/translate.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/ip.h"

namespace synsplice {
namespace {

// What is noted of datagrams that are not translated.
constexpr uint8_t kOfNobody = 0, kOfConnection = 1;

FragmentKey KeyOf(const Subject& subject) {
  const Packet& packet = subject.packet;
  return {packet.source.address, packet.destination.address, packet.fragment.id,
          packet.vids.Packed(), subject.side};
}

// The end of the pair whose address the flow translates.
size_t AddressOffset(const Packet& packet, Side side) {
  return side == Side::kOutside ? DestinationOffset(packet.v6) : SourceOffset(packet.v6);
}

// The checksum can't be verified before the fragment is sent on, and what decides something must be
// verified (rule 18): no SYN, no RST; no stack sends them longer than a packet. A FIN ends data
// that needs the fragments, so it passes for the receiver to judge, and counts when the datagram is
// complete and its sum right. Where we would have to hold it (waiting) or answer it, it is dropped.
Reason JudgeFirst(const Flow* flow, const Subject& subject) {
  if (flow && flow->client_reset && subject.side == Side::kOutside) return Reason::kClientReset;
  const bool plain = (subject.packet.flags & (kSyn | kRst | kAck)) == kAck;
  if (!plain || !flow || IsWaiting(flow->phase()) || flow->phase() == Phase::kRefused) {
    return Reason::kFragment;
  }
  if (flow->server_opened) return Reason::kNone;
  // What fits nowhere must not fill the table in the name of others.
  if (!IsAcceptable(*flow, Tracked(*flow, subject))) return Reason::kFragment;
  const bool grows =
      subject.side == Side::kInside && flow->timestamps() == TimestampMode::kSynthesise;
  return grows ? Reason::kFragmentResize : Reason::kNone;
}

// What arrives, before it is translated. TCP's bytes start at a multiple of 8 in every fragment. Of
// a FIN alone: data is believed as in one piece, and the sum of a jumbo frame costs many SYNs.
void AddToSum(Datagram& datagram, const Packet& packet, uint32_t from) {
  if (!datagram.segment.fin) return;
  datagram.sum.AddBytes(packet.data() + from, packet.end - from);
}

Datagram& Remember(Context& context, const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  Datagram& datagram = context.fragments.Insert(KeyOf(subject), context.now);
  datagram.flow_key = subject.key;
  datagram.hash = subject.hash;
  datagram.id = subject.id();
  datagram.segment = Tracked(flow, subject);
  datagram.clears_ecn = ClearsEcn(flow);
  datagram.before_tcp = packet.l4 - packet.fragment.begin;
  datagram.before_payload = packet.payload - packet.fragment.begin;
  AddPseudoHeader(datagram.sum, packet.source.address, packet.destination.address, kProtocolTcp, 0);
  AddToSum(datagram, packet, packet.l4);
  return datagram;
}

void RememberTranslation(Datagram& datagram, const Packet& packet, Side side) {
  datagram.address = Address::FromWire(packet.ip() + AddressOffset(packet, side), packet.v6);
  std::memcpy(datagram.macs.data(), packet.data(), datagram.macs.size());
}

void TranslateLater(const Datagram& datagram, Packet& packet, Side side) {
  ChecksumUpdate change =
      ReplaceAddress(packet.ip() + AddressOffset(packet, side), datagram.address, packet.v6);
  if (datagram.clears_ecn) ClearEcn(packet.ip(), packet.v6, change);
  if (!packet.v6) {
    uint8_t* checksum = packet.ip() + kIpv4ChecksumOffset;
    StoreBe16(checksum, change.Apply(LoadBe16(checksum)));
  }
  std::memcpy(packet.data(), datagram.macs.data(), datagram.macs.size());
}

bool SumIsRight(Datagram& datagram) {
  datagram.sum.Add32(datagram.length() - datagram.before_tcp);
  return datagram.sum.Folded() == 0xffff;
}

// The whole segment has passed: it tells its flow what it would have told in one piece. A damaged
// FIN is dropped by its receiver and ends nothing.
void TrackWhole(Context& context, Datagram& datagram) {
  if (datagram.segment.fin && !SumIsRight(datagram)) return;
  TrackedSegment segment = datagram.segment;
  Flow* flow = context.flows.Find(datagram.hash, datagram.flow_key, segment.from, datagram.id);
  if (!flow || flow->server_opened || IsWaiting(flow->phase())) return;
  segment.length = datagram.length() - datagram.before_payload + (segment.fin ? 1 : 0);
  Track(context, *flow, segment);
}

// Without a first fragment nobody knows the port; whose is bridged is none of a service's.
bool MayBelongToService(const Context& context, const Subject& subject) {
  const Packet& packet = subject.packet;
  const bool ours =
      subject.side == Side::kOutside
          ? context.policy->IsGuardedAddress(packet.destination.address, packet.vids)
          : context.policy->IsGuardedBackendAddress(packet.source.address, packet.vids);
  return ours && packet.protocol == kProtocolTcp &&
         !context.bridged_fragments.Find(packet, subject.side);
}

Verdict BridgeLater(Context& context, Subject& subject) {
  const auto noted = [&] { return context.bridged_fragments.Find(subject.packet, subject.side); };
  if (!context.policy->policed().empty() && noted() != kOfConnection &&
      IsSurplus(context, subject)) {
    return Verdict::Drop(Reason::kPolice);
  }
  context.counters.Count(Event::kBridged);
  return Verdict::Forward();
}

}  // namespace

void PrefetchFragment(const Context& context, const Subject& subject) {
  context.fragments.Prefetch(KeyOf(subject));
}

Verdict OnFirstFragment(Context& context, Subject& subject, Flow* flow) {
  Packet& packet = subject.packet;
  context.bridged_fragments.Note(packet, subject.side, std::nullopt);
  if (const Reason reason = JudgeFirst(flow, subject); reason != Reason::kNone) {
    return Verdict::Drop(reason);
  }
  if (flow->server_opened) {
    NoteServerOpened(context, *flow, subject);
    PassLaterFragments(context, subject);
    return Verdict::Forward();
  }
  if (Datagram* known = context.fragments.Find(KeyOf(subject), context.now)) {
    (void)known->Add(packet.fragment, packet.end - packet.fragment.begin);
    return Verdict::Drop(Reason::kFragmentOverlap);
  }
  Datagram& datagram = Remember(context, *flow, subject);
  (void)datagram.Add(packet.fragment, packet.end - packet.fragment.begin);
  if (const Reason reason = Translate(context, *flow, subject); reason != Reason::kNone) {
    context.fragments.Erase(datagram);
    return Verdict::Drop(reason);
  }
  RememberTranslation(datagram, packet, subject.side);
  context.counters.Count(Event::kFragments);
  return Verdict::Forward();
}

void PassLaterFragments(Context& context, const Subject& subject) {
  context.bridged_fragments.Note(subject.packet, subject.side, kOfConnection);
}

void BridgeLaterFragments(Context& context, const Subject& subject) {
  context.bridged_fragments.Note(subject.packet, subject.side, kOfNobody);
}

Verdict OnLaterFragment(Context& context, Subject& subject) {
  Packet& packet = subject.packet;
  Datagram* datagram = context.fragments.Find(KeyOf(subject), context.now);
  if (!datagram) {
    if (MayBelongToService(context, subject)) return Verdict::Drop(Reason::kFragmentWithoutFirst);
    return BridgeLater(context, subject);
  }
  const auto arrival = datagram->Add(packet.fragment, packet.end - packet.fragment.begin);
  if (arrival != Datagram::Arrival::kNew) return Verdict::Drop(Reason::kFragmentOverlap);
  AddToSum(*datagram, packet, packet.fragment.begin);
  TranslateLater(*datagram, packet, subject.side);
  if (datagram->IsComplete()) {
    TrackWhole(context, *datagram);
    context.fragments.Erase(*datagram);
  }
  context.counters.Count(Event::kFragments);
  return Verdict::Forward();
}

}  // namespace synsplice
