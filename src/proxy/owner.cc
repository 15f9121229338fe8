#include "synsplice/proxy/owner.h"

#include "edge/icmp_errors.h"
#include "synsplice/base/check.h"
#include "synsplice/wire/glance.h"

namespace synsplice {
namespace {

bool IsService(const Policy& policy, Side side, const Address& address, uint16_t port, Vids vids) {
  const Policy::Role role = policy.Find({address, port}, vids);
  return (side == Side::kOutside ? role.listener : role.backend) != 0;
}

// Address and port apart: an endpoint that is copied as a whole waits for its own narrow stores.
std::optional<unsigned> OwnerAtAGlance(const OwnerFunction& function, const Policy& policy,
                                       Side side, const Glance& glance) {
  const bool outside = side == Side::kOutside;
  const uint16_t source_port = LoadBe16(glance.tcp), destination_port = LoadBe16(glance.tcp + 2);
  const Address server = outside ? glance.destination() : glance.source();
  if (!IsService(policy, side, server, outside ? destination_port : source_port, {})) {
    return std::nullopt;
  }
  const Address client = outside ? glance.source() : glance.destination();
  return function(client, outside ? source_port : destination_port);
}

// The client of what is no later fragment.
std::optional<Endpoint> ClientOf(const Policy& policy, Side side, const Packet& packet) {
  if (packet.kind == Packet::Kind::kTcp) {
    const bool outside = side == Side::kOutside;
    const Endpoint& server = outside ? packet.destination : packet.source;
    if (!IsService(policy, side, server.address, server.port, packet.vids)) return std::nullopt;
    return outside ? packet.source : packet.destination;
  }
  if (packet.kind != Packet::Kind::kIcmp) return std::nullopt;
  const auto quote = ParseIcmpQuote(packet);
  return quote ? std::optional(QuotedClient(*quote, side)) : std::nullopt;
}

}  // namespace

OwnerFunction::OwnerFunction(const SipKey& seed, unsigned workers)
    : seed_(seed), workers_(workers), hash_(Toeplitz::KeyFrom(seed)) {
  SYNSPLICE_CHECK(workers > 0 && workers <= kBuckets);
  for (unsigned bucket = 0; bucket < kBuckets; ++bucket) {
    owners_[bucket] = static_cast<uint8_t>(WorkerOfBucket(bucket, workers));
  }
}

std::optional<unsigned> OwnerOf(const OwnerFunction& function, const Policy& policy,
                                FragmentNotes& fragments, Side side,
                                std::span<const uint8_t> bytes) {
  const auto length = static_cast<uint32_t>(bytes.size());
  FrameBuffer frame{const_cast<uint8_t*>(bytes.data()), length, length};  // nothing writes to it
  if (Glance glance; TakeGlance(frame, glance))
    return OwnerAtAGlance(function, policy, side, glance);
  const Packet packet = ParseFrame(frame);
  if (packet.kind == Packet::Kind::kLaterFragment) return fragments.Find(packet, side);
  const auto client = ClientOf(policy, side, packet);
  std::optional<unsigned> owner;
  if (client) owner = function(client->address, client->port);
  if (packet.IsFragment()) {
    fragments.Note(packet, side,
                   owner ? std::optional(static_cast<uint8_t>(*owner)) : std::nullopt);
  }
  return owner;
}

}  // namespace synsplice
