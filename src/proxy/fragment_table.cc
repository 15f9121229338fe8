#include "fragment_table.h"

#include <algorithm>

namespace synsplice {

Datagram::Arrival Datagram::Add(const Fragment& fragment, uint32_t length) {
  const uint32_t end = fragment.offset * 8u + length;
  const uint32_t first = fragment.offset, behind = (end + 7) / 8;
  uint32_t known = 0;
  for (uint32_t unit = first; unit < behind; ++unit) known += seen_[unit];
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
  for (uint32_t unit = first; unit < behind; ++unit) seen_.set(unit);
  units_ += behind - first;
  extent_ = std::max(extent_, end);
  if (!fragment.more) length_ = end;
  return Arrival::kNew;
}

Datagram* FragmentTable::BucketOf(const FragmentKey& key) {
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
  return &datagrams_[hash % (kEntries / kWays) * kWays];
}

Datagram* FragmentTable::Find(const FragmentKey& key, Time now) {
  Datagram* bucket = BucketOf(key);
  for (size_t i = 0; i < kWays; ++i) {
    if (bucket[i].expires > now && bucket[i].key == key) return &bucket[i];
  }
  return nullptr;
}

Datagram& FragmentTable::Insert(const FragmentKey& key, Time now) {
  Datagram* bucket = BucketOf(key);
  Datagram& victim =
      *std::min_element(bucket, bucket + kWays,
                        [](const Datagram& a, const Datagram& b) { return a.expires < b.expires; });
  victim = {};
  victim.key = key;
  victim.expires = now + kFragmentLife;
  return victim;
}

}  // namespace synsplice
