#include "synsplice/limit/connlimit.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/check.h"

namespace synsplice {

// Owns a bucket's spin flag for a scope.
class ConnlimitTable::Hold {
 public:
  explicit Hold(Bucket& bucket) : bucket_(bucket) {
    while (bucket_.busy.test_and_set(std::memory_order_acquire)) __builtin_ia32_pause();
  }
  ~Hold() { bucket_.busy.clear(std::memory_order_release); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  Bucket& bucket_;
};

// A bucket for each key: they do not fill evenly. By the Poisson distribution 0.07 % of the keys
// are a sixth one.
ConnlimitTable::Place ConnlimitTable::Reserve(Layout& layout, uint32_t entries) {
  static_assert(kMaxEntries * kEntriesPerBucket <= 1u << 24);
  SYNSPLICE_CHECK(entries > 0 && entries <= kMaxEntries);
  const uint32_t buckets = std::bit_ceil(entries);
  return {layout.Add<Bucket>(buckets, offsetof(Entry, count) << 16 | offsetof(Entry, service) << 8 |
                                          offsetof(Bucket, entries)),
          PrefixCounts<std::atomic<uint32_t>>::Reserve(layout, buckets)};
}

ConnlimitTable::ConnlimitTable(const Region& region, const Place& place, const SipKey& seed)
    : mask_(static_cast<uint32_t>(place.buckets.count - 1)),
      seed_(seed),
      buckets_(region[place.buckets]),
      keys_of_(region, place.keys_of, {seed.k1, ~seed.k0}) {
  for (Bucket& bucket : buckets_) std::construct_at(&bucket);
}

uint64_t ConnlimitTable::Hash(uint16_t service, const Address& network) const {
  auto state = StartSipHash({seed_.k0, seed_.k1 ^ service});
  state.Absorb<1>(network.High());
  state.Absorb<1>(network.Low());
  uint64_t hash;
  state.Finish<3>(hash);
  return hash;
}

bool ConnlimitTable::MayClaim(uint64_t prefix) const {
  const uint32_t keys = keys_, capacity = mask_ + 1;
  const uint32_t free = capacity - std::min(keys, capacity);
  const uint32_t held = keys_of_.Of(prefix);
  return held < kKeysOfAnyPrefix || held < free / 2;
}

void ConnlimitTable::CountKey(const Address& network, int32_t change) {
  keys_ += static_cast<uint32_t>(change);
  keys_of_.Add(PrefixOf(network), static_cast<uint32_t>(change));
}

ConnlimitTable::Result ConnlimitTable::Open(uint16_t service, const Address& network,
                                            uint32_t above) {
  const uint32_t index = static_cast<uint32_t>(Hash(service, network)) & mask_;
  Bucket& bucket = buckets_[index];
  const Hold hold(bucket);
  const auto is_key = [&](const Entry& entry) {
    return entry.count != 0 && entry.service == service && entry.network == network;
  };
  Entry* entry = std::ranges::find_if(bucket.entries, is_key);
  if (entry == std::end(bucket.entries)) {
    if (above == 0) return {Judgement::kOverLimit, 0};
    entry = std::ranges::find(bucket.entries, 0u, &Entry::count);
    if (entry == std::end(bucket.entries) || !MayClaim(PrefixOf(network))) {
      return {Judgement::kTableFull, 0};
    }
    *entry = {network, 0, service, 0};
    CountKey(network, 1);
  }
  if (entry->count >= above) return {Judgement::kOverLimit, 0};
  ++entry->count;
  const auto place = static_cast<uint32_t>(entry - bucket.entries);
  return {Judgement::kCounted, index * kEntriesPerBucket + place};
}

void ConnlimitTable::Release(uint32_t slot) {
  Bucket& bucket = buckets_[slot / kEntriesPerBucket];
  const Hold hold(bucket);
  Entry& entry = bucket.entries[slot % kEntriesPerBucket];
  SYNSPLICE_CHECK(entry.count > 0);
  if (--entry.count == 0) CountKey(entry.network, -1);
}

uint64_t ConnlimitTable::total() const {
  uint64_t total = 0;
  for (uint32_t i = 0; i <= mask_; ++i) {
    const Hold hold(buckets_[i]);
    for (const Entry& entry : buckets_[i].entries) total += entry.count;
  }
  return total;
}

}  // namespace synsplice
