#include "police.h"

#include "answer/lists.h"
#include "synsplice/wire/ip.h"

namespace synsplice {
namespace {

// Router and neighbour messages, from a neighbour: no router sends them on (RFC 4861 6.1, 7.1).
bool FindsNeighbours(const Packet& packet) {
  constexpr uint8_t kFirst = 133, kLast = 137;
  if (!packet.v6 || packet.kind != Packet::Kind::kIcmp || packet.ip()[7] != 255) return false;
  const uint8_t type = packet.tcp()[0];
  return kFirst <= type && type <= kLast;
}

bool IsIcmp(const Packet& packet) {
  return packet.protocol == (packet.v6 ? kProtocolIcmpv6 : kProtocolIcmp) &&
         !FindsNeighbours(packet);
}

// One kind of what is policed, at one service.
struct Policed {
  ServiceEvent event{};
  uint32_t per_second = 0;  // 0: not at all
  RateBucket* bucket = nullptr;
};

Policed PolicedAs(const Packet& packet, const PoliceConfig& police, PoliceBuckets& buckets) {
  if (packet.IsFragment()) {
    return {ServiceEvent::kStrayFragments, police.fragments, &buckets.fragments};
  }
  if (packet.protocol == kProtocolUdp) return {ServiceEvent::kStrayUdp, police.udp, &buckets.udp};
  if (IsIcmp(packet)) return {ServiceEvent::kStrayIcmp, police.icmp, &buckets.icmp};
  return {};
}

bool IsAllowed(const Context& context, const Subject& subject, ListenerId listener) {
  return ListedOf(context, subject.packet.source.address, listener).tier == Tier::kAllow;
}

// Mode off drops nothing, monitor counts what would be dropped.
bool Drops(Context& context, const Listener& listener) {
  context.CountWould(listener, ServiceEvent::kWouldPoliceDrops);
  return context.policy->service(listener).mode >= Mode::kAdaptive;
}

}  // namespace

bool IsPolicedSurplus(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  const ListenerId id = context.policy->policed().Find(packet.destination.address, packet.vids);
  if (id == 0 || IsAllowed(context, subject, id)) return false;
  const Listener& listener = context.policy->listener(id);
  const Policed policed = PolicedAs(packet, context.policy->service(listener).police,
                                    context.shared.police[listener.service]);
  if (policed.per_second == 0) return false;
  context.CountersOf(listener).Count(policed.event);
  const BucketShape shape(policed.per_second, Seconds(1), policed.per_second);
  if (policed.bucket->Take(shape, context.now)) return false;
  if (!Drops(context, listener)) return false;
  subject.role.listener = id;
  return true;
}

void CountStrayFragment(Context& context, const Subject& subject, Reason reason) {
  const bool stray = reason == Reason::kFragment || reason == Reason::kFragmentWithoutFirst ||
                     reason == Reason::kTinyFragment || reason == Reason::kBadFragment;
  if (!stray || subject.side != Side::kOutside) return;
  const Packet& packet = subject.packet;
  const ListenerId id = context.policy->policed().Find(packet.destination.address, packet.vids);
  const Listener& listener = context.policy->listener(id);
  if (id == 0 || context.policy->service(listener).police.fragments == 0) return;
  context.CountersOf(listener).Count(ServiceEvent::kStrayFragments);
}

}  // namespace synsplice
