#include "synsplice/policy/backend_ring.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/siphash.h"

namespace synsplice {
namespace {

constexpr uint64_t kIdMask = 0xffff;
constexpr size_t kPointsOfPart = 8;  // at most, on average

uint64_t PointOf(const Endpoint& endpoint, uint16_t number) {
  const SipKey key{endpoint.address.High() ^ endpoint.port, endpoint.address.Low()};
  const uint8_t input[] = {static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  return SipHash<1, 3>(key, input);
}

bool Contains(std::span<const uint16_t> ids, uint16_t id) {
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

BackendRing::BackendRing(std::span<const Member> members) {
  static_assert(kPoints <= UINT16_MAX);
  for (const Member& member : members) ids_.push_back(member.id);
  if (members.size() < 2) return;  // nothing to choose
  points_.reserve(members.size() * kPoints);
  for (const Member& member : members) {
    for (uint16_t number = 0; number < kPoints; ++number) {
      points_.push_back((PointOf(member.endpoint, number) & ~kIdMask) | member.id);
    }
  }
  std::ranges::sort(points_);
  parts_.resize(std::bit_ceil(points_.size() / kPointsOfPart));
  part_shift_ = 64 - std::countr_zero(parts_.size());
  uint32_t point = 0;
  for (size_t part = 0; part < parts_.size(); ++part) {
    while (point < points_.size() && points_[point] >> part_shift_ < part) ++point;
    parts_[part] = point;
  }
}

size_t BackendRing::PointBehind(uint64_t hash) const {
  size_t point = parts_[hash >> part_shift_];
  while (point < points_.size() && points_[point] < hash) ++point;
  return point < points_.size() ? point : 0;
}

std::optional<uint16_t> BackendRing::Choose(const Address& client,
                                            std::span<const uint16_t> in_use) const {
  if (ids_.size() < 2) {
    if (ids_.empty() || Contains(in_use, ids_[0])) return std::nullopt;
    return ids_[0];
  }
  const uint64_t hash = SipHash<1, 3>({0, 0}, client.bytes);
  const auto id = static_cast<uint16_t>(points_[PointBehind(hash)] & kIdMask);
  if (!Contains(in_use, id)) return id;
  // Along the ring the points of those in use would have to be passed, nobody knows how many; along
  // the list every step is another backend. The low half of the hash is no neighbour of the high
  // one: who shared the first choice does not share the second.
  size_t place = (hash & 0xffffffffu) * ids_.size() >> 32;
  for (size_t step = 0; step < std::min(ids_.size(), in_use.size() + 1); ++step) {
    if (!Contains(in_use, ids_[place])) return ids_[place];
    if (++place == ids_.size()) place = 0;
  }
  return std::nullopt;
}

}  // namespace synsplice
