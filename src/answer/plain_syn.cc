#include "plain_syn.h"

#include "cookie_answer.h"
#include "lists.h"
#include "plain_origin.h"
#include "synsplice/wire/glance_sums.h"

namespace synsplice {
namespace {

SynShape ShapeOf(const Context& context, const FrameBuffer& frame, const PlainSegment& syn,
                 const TcpOptions& options) {
  const Glance& glance = syn.glance;
  SynShape shape;
  shape.tcp = static_cast<uint8_t>(glance.tcp - frame.data);
  shape.segment_length = static_cast<uint8_t>(glance.segment_length);
  const auto tsval = static_cast<uint8_t>(shape.tcp + options.timestamps_offset + 2u);
  shape.tsval = options.timestamps_offset != 0 ? tsval : 0;
  shape.v6 = glance.v6;
  shape.listener = syn.role.listener;
  shape.group = syn.key.group;
  shape.kept =
      Keep(SharedOffer(glance.tcp, glance.v6, options, context.promises.Current(shape.listener)));
  shape.kind = SynKind::KeyOf(shape.listener, shape.kept);
  return shape;
}

// A SYN of this shape.
template <bool kV6>
bool Take(Context& context, const FrameBuffer& frame, const SynShape& shape) {
  const uint8_t* ip = frame.data + kEthernetLength;
  const uint8_t* tcp = ip + (kV6 ? kIpv6Length : kIpv4MinLength);
  const uint32_t length = shape.segment_length;
  if (!SumsAreRight({ip, tcp, length, length, kV6})) return false;
  // Read behind the sums, which need the registers: GCC would put an IPv4 address away as four
  // bytes and take it back as eight, which stalls.
  const AddressWords client = AddressWords::FromWire(ip + SourceOffset(kV6), kV6);
  if (!MayBeAnswered<kV6>(ip, client)) return false;
  const uint16_t port = LoadBe16(tcp);
  const uint32_t isn_c = LoadBe32(tcp + 4);
  context.syns.cookies.Add({client, port, shape.listener, 0, isn_c}, shape.kept);
  PendingSyn& syn = context.syns.Last();
  syn.prefix = PrefixOf(client);
  syn.kind = shape.kind;
  syn.tsval = shape.kept.timestamps ? NativeAt<uint32_t>(frame.data + shape.tsval) : 0;
  syn.hop_limit = ip[kV6 ? 7 : 8];
  syn.hash = context.flows.HashOf(client, port, 0, shape.group);
  context.flows.Prefetch(syn.hash);
  return true;
}

bool TakeShaped(Context& context, const FrameBuffer& frame, const SynShape& shape) {
  return shape.v6 ? Take<true>(context, frame, shape) : Take<false>(context, frame, shape);
}

// A flow that has ended stands in nobody's way (OnSynAtFlow).
bool MeetsEndedFlow(const Context& context, size_t index) {
  const PendingSyn& syn = context.syns.syns[index];
  const ListenerId listener = SynKind::ListenerOf(syn.kind);
  FlowKey key;
  key.client.Set(context.syns.cookies.ClientAt(index));
  key.client_port = context.syns.cookies.ClientPortAt(index);
  key.group = context.policy->listener(listener).group;
  const Flow* flow = context.flows.Find(syn.hash, key, Side::kOutside, listener);
  return flow && context.IsFresh(*flow) &&
         (flow->phase() == Phase::kTimeWait || flow->phase() == Phase::kClosed);
}

}  // namespace

bool MeetsLiveFlow(const Context& context, size_t index, bool touched) {
  const PendingSyn& syn = context.syns.syns[index];
  if (!touched && syn.flow == FlowTable::Fetched::kNothing) return false;
  return context.flows.MayHold(syn.hash) && !MeetsEndedFlow(context, index);
}

bool TakeKnownSyn(Context& context, const FrameBuffer& frame) {
  static_assert(kMaxComposedLength >= kShapeLength);
  if (frame.capacity < kMaxComposedLength) return false;
  const SynShape* shape = context.shapes.Find(frame);
  return shape && TakeShaped(context, frame, *shape);
}

// Not inlined: few SYNs have a shape of their own.
[[gnu::noinline]] bool TakePlainSyn(Context& context, const FrameBuffer& frame,
                                    const PlainSegment& syn) {
  TcpOptions options;
  if (frame.capacity < kMaxComposedLength || syn.glance.payload_length() != 0 ||
      ((frame.data[0] | frame.data[6]) & 1) != 0 ||
      !ParseCommonOptions(syn.glance.tcp, syn.glance.header_length, options)) {
    return false;
  }
  const SynShape shape = ShapeOf(context, frame, syn, options);
  if (!TakeShaped(context, frame, shape)) return false;
  context.shapes.Remember(frame, shape);
  return true;
}

const SynKind* KindToAnswer(Context& context, size_t index) {
  const uint32_t key = context.syns.syns[index].kind;
  return MayAnswerSyn(context, SynKind::ListenerOf(key)) ? &KindOf(context, key) : nullptr;
}

bool IsBlockedSyn(const Context& context, size_t index, bool touched) {
  const PendingSyn& syn = context.syns.syns[index];
  const Listener& listener = context.policy->listener(SynKind::ListenerOf(syn.kind));
  return syn.listed.tier == Tier::kBlock && !context.IsMonitored(listener) &&
         !MeetsLiveFlow(context, index, touched);
}

bool AnswerPlainSyn(Context& context, FrameBuffer& frame, size_t index, const SynKind& kind) {
  const PendingSyn& syn = context.syns.syns[index];
  if (syn.kind != kind.key) return false;
  const bool listed = context.syns.any_listed;
  if (listed && syn.listed.tier == Tier::kBlock) return false;
  if (listed) CountListed(context, index);
  WriteCookie(context, frame, kEthernetLength, index, kind);
  return true;
}

}  // namespace synsplice
