#include "fragment_table.h"

#include <algorithm>
#include <bit>

namespace synsplice {
namespace {

constexpr uint32_t kWordBits = 64;

// The bits of units [first, behind), as far as they stand in the word of the first one.
uint64_t BitsOf(uint32_t first, uint32_t behind) {
  const uint32_t count = std::min(behind - first, kWordBits - first % kWordBits);
  return ~uint64_t{0} >> (kWordBits - count) << first % kWordBits;
}

uint32_t FirstOfNextWord(uint32_t unit) { return (unit / kWordBits + 1) * kWordBits; }

}  // namespace

// No bit stands behind the extent: to clear all of them would be most of a first fragment's cost.
void Datagram::Begin(const FragmentKey& key_of_it) {
  const uint32_t units = (extent_ + 7) / 8;
  std::fill_n(seen_.begin(), (units + kWordBits - 1) / kWordBits, 0);
  key = key_of_it;
  sum = {};
  units_ = length_ = extent_ = 0;
  overlapped_ = false;
}

Datagram::Arrival Datagram::Add(const Fragment& fragment, uint32_t length) {
  const uint32_t end = fragment.offset * 8u + length;
  const uint32_t first = fragment.offset, behind = (end + 7) / 8;
  uint32_t known = 0;
  for (uint32_t unit = first; unit < behind; unit = FirstOfNextWord(unit)) {
    known += std::popcount(seen_[unit / kWordBits] & BitsOf(unit, behind));
  }
  const bool repeated = known == behind - first;
  // Behind the last fragment, or another last one that leaves a part out: no datagram fits both.
  const bool contradicts =
      (length_ != 0 && (end > length_ || (!fragment.more && end != length_))) ||
      (!fragment.more && end < extent_);
  if (overlapped_ || contradicts || (known != 0 && !repeated)) {
    overlapped_ = true;
    return Arrival::kOverlap;
  }
  if (repeated) return Arrival::kRepeated;
  for (uint32_t unit = first; unit < behind; unit = FirstOfNextWord(unit)) {
    seen_[unit / kWordBits] |= BitsOf(unit, behind);
  }
  units_ += behind - first;
  extent_ = std::max(extent_, end);
  if (!fragment.more) length_ = end;
  return Arrival::kNew;
}

uint64_t FragmentTable::HashOf(const FragmentKey& key) const {
  static_assert((kEntries / kWays & (kEntries / kWays - 1)) == 0);
  auto state = StartSipHash(seed_);
  state.Absorb<1>(key.source.High());
  state.Absorb<1>(key.source.Low());
  state.Absorb<1>(key.destination.High());
  state.Absorb<1>(key.destination.Low());
  state.Absorb<1>(uint64_t{key.id} << 32 | uint64_t{key.packed_vids} << 1 |
                  static_cast<uint64_t>(key.side));
  uint64_t hash;
  state.Finish<3>(hash);
  return hash;
}

Datagram* FragmentTable::Find(const FragmentKey& key, Time now) {
  const uint64_t hash = HashOf(key);
  const size_t bucket = BucketOf(hash);
  for (size_t i = bucket; i < bucket + kWays; ++i) {
    if (tags_[i].hash != hash || tags_[i].expires <= now) continue;
    if (datagrams_[i].key == key) return &datagrams_[i];
  }
  return nullptr;
}

Datagram& FragmentTable::Insert(const FragmentKey& key, Time now) {
  const uint64_t hash = HashOf(key);
  const auto bucket = tags_.begin() + static_cast<ptrdiff_t>(BucketOf(hash));
  const auto victim = std::ranges::min_element(bucket, bucket + kWays, {}, &Tag::expires);
  *victim = {hash, now + kFragmentLife};
  Datagram& datagram = datagrams_[static_cast<size_t>(victim - tags_.begin())];
  datagram.Begin(key);
  return datagram;
}

}  // namespace synsplice
