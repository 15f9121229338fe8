#include "synsplice/proxy/owner.h"

#include "icmp_errors.h"
#include "synsplice/base/check.h"
#include "synsplice/wire/glance.h"

namespace synsplice {
namespace {

using MaybeEndpoint = std::optional<Endpoint>;

// The client of TCP between `source` and `destination`, if the other end is a service's.
MaybeEndpoint ClientOf(const Policy& policy, Side side, const Endpoint& source,
                       const Endpoint& destination) {
  const bool outside = side == Side::kOutside;
  const Policy::Role role = policy.Find(outside ? destination : source);
  if ((outside ? role.listener : role.backend) == 0) return std::nullopt;
  return outside ? source : destination;
}

MaybeEndpoint ClientOf(const Policy& policy, Side side, const Packet& packet) {
  if (packet.kind == Packet::Kind::kTcp) {
    return ClientOf(policy, side, packet.source, packet.destination);
  }
  if (packet.kind != Packet::Kind::kIcmp) return std::nullopt;
  const auto quote = ParseIcmpQuote(packet);
  return quote ? MaybeEndpoint(QuotedClient(*quote, side)) : std::nullopt;
}

}  // namespace

OwnerFunction::OwnerFunction(const Policy& policy, const SipKey& seed, unsigned workers)
    : policy_(policy), seed_(seed), workers_(workers), hash_(Toeplitz::KeyFrom(seed)) {
  SYNSPLICE_CHECK(workers > 0 && workers <= kBuckets);
  for (unsigned bucket = 0; bucket < kBuckets; ++bucket) {
    owners_[bucket] = static_cast<uint8_t>(WorkerOfBucket(bucket, workers));
  }
}

std::optional<unsigned> OwnerOf(const OwnerFunction& function, FragmentNotes& fragments, Side side,
                                std::span<const uint8_t> bytes) {
  const auto length = static_cast<uint32_t>(bytes.size());
  FrameBuffer frame{const_cast<uint8_t*>(bytes.data()), length, length};  // nothing writes to it
  MaybeEndpoint client;
  if (Glance glance; TakeGlance(frame, glance)) {
    client = ClientOf(function.policy(), side, {glance.source(), LoadBe16(glance.tcp)},
                      {glance.destination(), LoadBe16(glance.tcp + 2)});
    return client ? std::optional(function(*client)) : std::nullopt;
  }
  const Packet packet = ParseFrame(frame);
  if (packet.kind == Packet::Kind::kLaterFragment) return fragments.Find(packet, side);
  client = ClientOf(function.policy(), side, packet);
  std::optional<unsigned> owner;
  if (client) owner = function(*client);
  if (packet.IsFragment()) {
    fragments.Note(packet, side,
                   owner ? std::optional(static_cast<uint8_t>(*owner)) : std::nullopt);
  }
  return owner;
}

}  // namespace synsplice
