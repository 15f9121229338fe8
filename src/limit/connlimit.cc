#include "synsplice/limit/connlimit.h"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "flag_hold.h"
#include "synsplice/base/check.h"

namespace synsplice {

namespace {

// By the balls of two choices 0.05 % of the keys find twelve others, at three quarters of the room.
constexpr uint32_t kKeysOfTwoBuckets = 9;

}  // namespace

// Owns the spin flags of two buckets for a scope.
class ConnlimitTable::Hold {
 public:
  // In one order, as others may want the same two. REQUIRES: they differ.
  Hold(Bucket& a, Bucket& b) : lower_((&a < &b ? a : b).busy), higher_((&a < &b ? b : a).busy) {}

 private:
  FlagHold lower_, higher_;
};

ConnlimitTable::Place ConnlimitTable::Reserve(Layout& layout, uint32_t entries) {
  constexpr uint64_t kMaxBuckets = uint64_t{kMaxEntries} * 2 / kKeysOfTwoBuckets + 2;
  static_assert(kMaxBuckets * kEntriesPerBucket <= 1u << 24);
  SYNSPLICE_CHECK(entries > 0 && entries <= kMaxEntries);
  const uint32_t buckets = entries * 2 / kKeysOfTwoBuckets + 2;
  return {entries, layout.Add<Bucket>(buckets, offsetof(Bucket, entries)),
          PrefixCounts<std::atomic<uint32_t>>::Reserve(layout, entries)};
}

ConnlimitTable::ConnlimitTable(const Region& region, const Place& place, const SipKey& seed)
    : most_keys_(place.entries),
      seed_(seed),
      buckets_(region[place.buckets]),
      keys_of_(region, place.keys_of, {seed.k1, ~seed.k0}) {
  for (Bucket& bucket : buckets_) std::construct_at(&bucket);
}

// Two fractions of 32 bits choose them.
ConnlimitTable::Pair ConnlimitTable::BucketsOf(uint16_t service, const Address& network) const {
  auto state = StartSipHash({seed_.k0, seed_.k1 ^ service});
  state.Absorb<1>(network.High());
  state.Absorb<1>(network.Low());
  uint64_t hash;
  state.Finish<3>(hash);
  const uint64_t count = buckets_.size();
  const auto first = static_cast<uint32_t>((hash >> 32) * count >> 32);
  const auto second = static_cast<uint32_t>((hash & 0xffffffff) * count >> 32);
  if (first != second) return {first, second};
  return {first, first + 1 == count ? 0 : first + 1};
}

ConnlimitTable::Entry* ConnlimitTable::FindEntry(const Pair& pair, uint16_t service,
                                                 const Address& network) {
  for (const uint32_t bucket : pair) {
    for (Entry& entry : buckets_[bucket].entries) {
      if (entry.IsOf(service, network)) return &entry;
    }
  }
  return nullptr;
}

// Of the emptier bucket; nullptr: both are full.
ConnlimitTable::Entry* ConnlimitTable::FreeEntry(const Pair& pair) {
  const auto is_free = [](const Entry& entry) { return entry.count == 0; };
  const auto room = [&](uint32_t bucket) {
    return std::ranges::count_if(buckets_[bucket].entries, is_free);
  };
  auto& entries = buckets_[room(pair[0]) >= room(pair[1]) ? pair[0] : pair[1]].entries;
  Entry* entry = std::ranges::find_if(entries, is_free);
  return entry == std::end(entries) ? nullptr : entry;
}

bool ConnlimitTable::MayClaim(uint64_t prefix) const {
  const uint32_t free = most_keys_ - std::min<uint32_t>(keys_, most_keys_);
  const uint32_t held = keys_of_.Of(prefix);
  return held < kKeysOfAnyPrefix || held < free / 2;
}

void ConnlimitTable::CountKey(const Address& network, int32_t change) {
  keys_ += static_cast<uint32_t>(change);
  keys_of_.Add(PrefixOf(network), static_cast<uint32_t>(change));
}

ConnlimitTable::Result ConnlimitTable::Open(uint16_t service, const Address& network,
                                            uint32_t above) {
  const Pair pair = BucketsOf(service, network);
  const Hold hold(buckets_[pair[0]], buckets_[pair[1]]);
  Entry* entry = FindEntry(pair, service, network);
  if (!entry) {
    if (above == 0) return {Judgement::kOverLimit, 0};
    entry = FreeEntry(pair);
    if (!entry || !MayClaim(PrefixOf(network))) return {Judgement::kTableFull, 0};
    *entry = {network.bytes, 0, service};
    CountKey(network, 1);
  }
  if (entry->count >= above) return {Judgement::kOverLimit, 0};
  ++entry->count;
  return {Judgement::kCounted, SlotOf(*entry)};
}

// Counted along the buckets.
uint32_t ConnlimitTable::SlotOf(const Entry& entry) const {
  const auto offset = reinterpret_cast<const std::byte*>(&entry) -
                      reinterpret_cast<const std::byte*>(buckets_.data());
  const auto bucket = static_cast<uint32_t>(static_cast<size_t>(offset) / sizeof(Bucket));
  const auto place = static_cast<uint32_t>(&entry - buckets_[bucket].entries);
  return bucket * kEntriesPerBucket + place;
}

void ConnlimitTable::Release(uint32_t slot) {
  Bucket& bucket = buckets_[slot / kEntriesPerBucket];
  const FlagHold hold(bucket.busy);
  Entry& entry = bucket.entries[slot % kEntriesPerBucket];
  SYNSPLICE_CHECK(entry.count > 0);
  if (--entry.count == 0) CountKey({entry.network}, -1);
}

std::optional<ConnlimitTable::Count> ConnlimitTable::At(uint32_t entry) const {
  Bucket& bucket = buckets_[entry / kEntriesPerBucket];
  const FlagHold hold(bucket.busy);
  const Entry& found = bucket.entries[entry % kEntriesPerBucket];
  if (found.count == 0) return std::nullopt;
  return Count{static_cast<uint16_t>(found.service), {found.network}, found.count};
}

uint64_t ConnlimitTable::total() const {
  uint64_t total = 0;
  for (Bucket& bucket : buckets_) {
    const FlagHold hold(bucket.busy);
    for (const Entry& entry : bucket.entries) total += entry.count;
  }
  return total;
}

}  // namespace synsplice
