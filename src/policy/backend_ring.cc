#include "synsplice/policy/backend_ring.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/fold_hash.h"
#include "synsplice/base/siphash.h"

namespace synsplice {
namespace {

constexpr size_t kPointsOfPart = 8;  // at most, on average

uint64_t PointOf(const Endpoint& endpoint, uint16_t number) {
  const SipKey key{endpoint.address.High() ^ endpoint.port, endpoint.address.Low()};
  const uint8_t input[] = {static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  return SipHash<1, 3>(key, input);
}

// The heaviest one has all of them, whatever the unit of the weights.
size_t PointsOf(uint16_t weight, uint16_t heaviest) {
  return (BackendRing::kPoints * weight + heaviest - 1) / heaviest;
}

}  // namespace

BackendRing::BackendRing(std::span<const Member> members) {
  static_assert(kPoints <= UINT16_MAX);
  uint16_t heaviest = 0;
  for (const Member& member : members) {
    if (member.weight != 0) ids_.push_back(member.id);
    heaviest = std::max(heaviest, member.weight);
  }
  if (ids_.size() < 2) return;  // nothing to choose
  points_.reserve(ids_.size() * kPoints);
  for (const Member& member : members) {
    for (uint16_t number = 0; number < PointsOf(member.weight, heaviest); ++number) {
      points_.push_back((PointOf(member.endpoint, number) & ~kIdMask) | member.id);
    }
  }
  std::ranges::sort(points_);
  parts_.resize(std::bit_ceil(points_.size() / kPointsOfPart));
  part_shift_ = 64 - std::countr_zero(parts_.size());
  uint32_t point = 0;
  for (size_t part = 0; part < parts_.size(); ++part) {
    while (point < points_.size() && PartOf(points_[point]) < part) ++point;
    parts_[part] = point;
  }
}

// Not secret: all appliances send a client to the same backend.
uint64_t BackendRing::HashOf(const Address& client) {
  return FoldHash(SipKey{0, 0}, client.High(), client.Low(), 0);
}

uint16_t BackendRing::IdBehind(uint64_t hash) const {
  size_t point = parts_[PartOf(hash)];
  while (point < points_.size() && points_[point] < hash) ++point;
  return static_cast<uint16_t>(points_[point < points_.size() ? point : 0] & kIdMask);
}

std::optional<uint16_t> BackendRing::Choose(const Address& client,
                                            const BackendsInUse& in_use) const {
  const auto is_free = [&](uint16_t id) { return !in_use.Has(id); };
  if (ids_.size() < 2) {
    if (ids_.empty() || !is_free(ids_[0])) return std::nullopt;
    return ids_[0];
  }
  const uint64_t hash = HashOf(client);
  const uint16_t id = IdBehind(hash);
  if (is_free(id)) return id;
  const size_t most = in_use.count() + 1;
  // Whoever has so many has those that would be drawn.
  return in_use.count() > kDraws ? ChooseInList(hash, most, is_free)
                                 : ChooseOther(client, most, is_free);
}

}  // namespace synsplice
