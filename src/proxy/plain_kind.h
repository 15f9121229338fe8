// What a frame of a burst is, for the loop in plain.cc alone: a header, so that it is part of the
// loop's code for each CPU.
#pragma once

#include "answer/plain_stray.h"
#include "answer/plain_syn.h"
#include "plain.h"

namespace synsplice {

using PlainKind = PlainFrame::Kind;

// Rare, as all that is not inlined here: it would cost the loop its registers.
[[gnu::noinline]] inline const ServiceMemo& Learn(Context& context, Side side, AddressWords address,
                                                  uint16_t port) {
  Endpoint endpoint{{}, port};
  endpoint.address.Set(address);
  const Policy::Role role = context.policy->Find(endpoint, {});
  const uint16_t group = side == Side::kOutside ? context.policy->listener(role.listener).group
                                                : context.policy->backend(role.backend).group;
  const bool known = (side == Side::kOutside ? role.listener : role.backend) != 0;
  const bool ours = known && !context.IsRemoved(side, role);
  return context.memos[side == Side::kInside] = {address, port, group, ours, role};
}

// What the endpoint is to us: nearly always what the one before was.
inline const ServiceMemo& Recall(Context& context, Side side, AddressWords address, uint16_t port) {
  const ServiceMemo& memo = context.memos[side == Side::kInside];
  const bool same = (memo.address == address) & (memo.port == port);
  return same ? memo : Learn(context, side, address, port);
}

// Whose it is, and where the flow table would have it. The key's VIDs stay zero. All values go from
// registers to their place once: what is stored in halves and copied as a whole stalls.
template <bool kV6>
bool Classify(Context& context, Side side, const Glance& glance, PlainSegment& segment) {
  const bool outside = side == Side::kOutside;
  constexpr size_t kSource = SourceOffset(kV6), kDestination = DestinationOffset(kV6);
  const uint8_t* client_at = glance.ip + (outside ? kSource : kDestination);
  const uint8_t* server_at = glance.ip + (outside ? kDestination : kSource);
  const AddressWords client = AddressWords::FromWire(client_at, kV6);
  const AddressWords server = AddressWords::FromWire(server_at, kV6);
  // ::ffff:a.b.c.d in an IPv6 header is no IPv4 address (ParseFrame).
  if (kV6 && (client.IsV4() || server.IsV4())) return false;
  const uint16_t client_port = LoadBe16(glance.tcp + (outside ? 0 : 2));
  const ServiceMemo& memo = Recall(context, side, server, LoadBe16(glance.tcp + (outside ? 2 : 0)));
  segment.glance = glance;
  segment.role = memo.role;
  segment.key.client.Set(client);
  segment.key.client_port = client_port;
  segment.key.group = memo.group;
  segment.hash = context.flows.HashOf(client, client_port, 0, memo.group);
  return memo.ours;
}

inline bool HasPlainOptions(const Glance& glance) {
  if (glance.header_length == kTcpMinLength) return true;
  return glance.header_length == kTcpMinLength + kPaddedTimestampsLength &&
         LoadBe32(glance.tcp + kTcpMinLength) == kNopNopTimestamps;
}

inline PlainKind PlainKindOf(Side side, const Glance& glance) {
  const uint8_t flags = glance.flags() & (kSyn | kAck | kFin | kRst);
  const bool bare_fin = flags == (kFin | kAck) && glance.payload_length() == 0;
  if ((flags == kAck || bare_fin) && HasPlainOptions(glance)) return PlainKind::kSegment;
  if (side == Side::kInside) return PlainKind::kGeneral;
  if (flags == kSyn) return PlainKind::kSyn;
  return IsStrayShaped(flags) ? PlainKind::kStray : PlainKind::kGeneral;
}

// For one address family at a time: what depends on it is decided once.
template <bool kV6>
PlainKind TakeAs(Context& context, Side side, const FrameBuffer& frame, PlainSegment& segment) {
  Glance glance;
  if (!TakePlainTcp<kV6>(frame, glance)) return PlainKind::kGeneral;
  if (!Classify<kV6>(context, side, glance, segment)) return PlainKind::kGeneral;
  const PlainKind kind = PlainKindOf(side, glance);
  if (kind == PlainKind::kSyn && !TakePlainSyn(context, frame, segment)) return PlainKind::kGeneral;
  if (kind == PlainKind::kStray && !TakePlainStray(context, frame, segment)) {
    return PlainKind::kGeneral;
  }
  if (kind == PlainKind::kSegment) context.flows.Prefetch(segment.hash);
  return kind;
}

// Whether some service may police the datagram. REQUIRES: IsDatagram. Not inlined: where nobody
// polices it would cost the loop its registers.
[[gnu::noinline]] inline bool MayBePoliced(const PolicedAddresses& policed,
                                           const FrameBuffer& frame) {
  const bool v6 = frame.data[12] == 0x86;
  const uint8_t* ip = frame.data + kEthernetLength;
  return policed.MayHold(AddressWords::FromWire(ip + DestinationOffset(v6), v6));
}

inline PlainKind TakeOne(Context& context, Side side, const FrameBuffer& frame,
                         PlainSegment& segment) {
  if (side == Side::kOutside && TakeKnownSyn(context, frame)) return PlainKind::kSyn;
  if (frame.length < kShortestGlance) return PlainKind::kGeneral;
  if (IsPlainTcp<false>(frame.data)) return TakeAs<false>(context, side, frame, segment);
  if (IsPlainTcp<true>(frame.data)) return TakeAs<true>(context, side, frame, segment);
  if (!IsDatagram(frame)) return PlainKind::kGeneral;
  if (side == Side::kInside || context.policy->policed().empty()) return PlainKind::kDatagram;
  return MayBePoliced(context.policy->policed(), frame) ? PlainKind::kGeneral
                                                        : PlainKind::kDatagram;
}

}  // namespace synsplice
