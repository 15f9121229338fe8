#include "fragment_table.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/prefetch.h"

namespace synsplice {
namespace {

constexpr uint32_t kWordBits = 64;
constexpr size_t kCacheLine = 64;

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

// Behind the extent nothing was set, and so nothing is read: it may not be in the cache.
uint64_t Datagram::WordAt(uint32_t unit) const {
  const uint32_t word = unit / kWordBits;
  return word * kWordBits * 8 < extent_ ? seen_[word] : 0;
}

void Datagram::Prefetch() const {
  const auto* const begin = reinterpret_cast<const uint8_t*>(this);
  const auto* const end = reinterpret_cast<const uint8_t*>(&seen_[1]);
  for (const uint8_t* line = begin; line < end; line += kCacheLine) PrefetchLine(line);
}

Datagram::Arrival Datagram::Add(const Fragment& fragment, uint32_t length) {
  const uint32_t end = fragment.offset * 8u + length;
  const uint32_t first = fragment.offset, behind = (end + 7) / 8;
  uint32_t known = 0;
  for (uint32_t unit = first; unit < behind; unit = FirstOfNextWord(unit)) {
    known += std::popcount(WordAt(unit) & BitsOf(unit, behind));
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
    seen_[unit / kWordBits] = WordAt(unit) | BitsOf(unit, behind);
  }
  units_ += behind - first;
  extent_ = std::max(extent_, end);
  if (!fragment.more) length_ = end;
  return Arrival::kNew;
}

uint64_t FragmentTable::HashOf(const FragmentKey& key) const {
  static_assert((kEntries / kWays & (kEntries / kWays - 1)) == 0);
  const uint64_t from = FoldHash(key_, key.source.High(), key.source.Low(), key.id);
  return FoldHash(key_, key.destination.High() ^ from, key.destination.Low(),
                  uint64_t{key.packed_vids} << 1 | static_cast<uint64_t>(key.side));
}

size_t FragmentTable::OldestOf(uint64_t hash) const {
  const auto bucket = tags_.begin() + static_cast<ptrdiff_t>(BucketOf(hash));
  const auto oldest = std::ranges::min_element(bucket, bucket + kWays, {}, &Tag::expires);
  return static_cast<size_t>(oldest - tags_.begin());
}

void FragmentTable::Prefetch(const FragmentKey& key) const {
  const uint64_t hash = HashOf(key);
  const auto bucket = tags_.begin() + static_cast<ptrdiff_t>(BucketOf(hash));
  const auto known = std::ranges::find(bucket, bucket + kWays, hash, &Tag::hash);
  const bool found = known != bucket + kWays;
  datagrams_[found ? static_cast<size_t>(known - tags_.begin()) : OldestOf(hash)].Prefetch();
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
  const size_t place = OldestOf(hash);
  tags_[place] = {hash, now + kFragmentLife};
  datagrams_[place].Begin(key);
  return datagrams_[place];
}

}  // namespace synsplice
