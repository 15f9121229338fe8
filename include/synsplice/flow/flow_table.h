// The L4 NAT table: fixed capacity, two candidate buckets per key, found from both sides.
//
// A bucket is eight entries and one 16-byte line of tags, so a look-up touches one tag line per
// bucket and, nearly always, one entry. A bucket's other candidate follows from the tag alone
// (partial-key cuckoo hashing; Fan, Andersen, Kaminsky, Mitzenmacher 2014): where both are full, a
// flow of theirs moves on to its own other bucket. So the table fills to nine tenths before
// anything finds no place, and a look-up still sees two buckets.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synsplice/base/address.h"
#include "synsplice/base/fold_hash.h"
#include "synsplice/base/prefetch.h"
#include "synsplice/base/region.h"
#include "synsplice/base/side.h"
#include "synsplice/flow/flow.h"

namespace synsplice {

// What both sides' frames tell about their flow.
struct FlowKey {
  Address client;
  uint16_t client_port = 0;
  uint32_t packed_vids = 0;
  uint16_t group = 0;
};

class FlowTable {
 public:
  static constexpr size_t kEntriesPerBucket = 8;
  static constexpr size_t kCandidates = 2 * kEntriesPerBucket;

  using Hash = uint64_t;

  // What lies in a region.
  struct Place {
    Extent<Flow> flows;
    Extent<uint16_t> tags;    // 0: the entry is free
    Extent<FlowNotes> notes;  // written at the splice
  };
  // `entries` is rounded up to a multiple of 16.
  static Place Reserve(Layout& layout, size_t entries);

  // So many flows find their places in a table of so many entries, whatever their keys.
  static constexpr uint64_t RoomOf(uint64_t entries) { return entries * 9 / 10; }
  static constexpr uint64_t EntriesFor(uint64_t flows) { return (flows * 10 + 8) / 9; }

  // Begins empty. The region outlives the table.
  FlowTable(const Region& region, const Place& place, const SipKey& key);

  // Keyed, so that nobody can aim at a bucket.
  Hash HashOf(const FlowKey& key) const {
    return HashOf(key.client, key.client_port, key.packed_vids, key.group);
  }
  Hash HashOf(AddressWords client, uint16_t port, uint32_t packed_vids, uint16_t group) const {
    return FoldHash(key_, client.high, client.low,
                    uint64_t{port} | uint64_t{packed_vids} << 16 | uint64_t{group} << 40);
  }
  // Two steps for a burst: the lines of tags, then the entries that they name.
  void Prefetch(Hash hash) const {
    PrefetchLine(&tags_[FirstBucket(hash) * kEntriesPerBucket]);
    PrefetchLine(&tags_[SecondBucket(hash) * kEntriesPerBucket]);
  }
  void PrefetchEntries(Hash hash) const;

  // False: no key with this hash has a flow.
  bool MayHold(Hash hash) const {
    const uint16_t tag = TagOf(hash);
    return (MatchingTags(FirstBucket(hash), tag) | MatchingTags(SecondBucket(hash), tag)) != 0;
  }

  // The flow that a frame from `side` with listener id (outside) or backend id (inside) belongs to.
  Flow* Find(Hash hash, const FlowKey& key, Side side, uint16_t id);
  const Flow* Find(Hash hash, const FlowKey& key, Side side, uint16_t id) const {
    return const_cast<FlowTable*>(this)->Find(hash, key, side, id);
  }

  // Every flow of the key's client endpoint to its group, kCandidates at most.
  template <typename Visit>
  void ForEachOf(Hash hash, const FlowKey& key, Visit&& visit) const {
    for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
      for (size_t i = 0; i < kEntriesPerBucket; ++i) {
        const size_t index = bucket * kEntriesPerBucket + i;
        if (tags_[index] == TagOf(hash) && IsOf(flows_[index], key)) visit(flows_[index]);
      }
    }
  }

  // A free entry in the emptier bucket, cleared, with the key set and `listener` id; nullptr: both
  // buckets are full. Another flow may move, but none that has a handshake slot, which knows where
  // it stands.
  Flow* Insert(Hash hash, const FlowKey& key, uint16_t listener);

  // Of the flows that stand where `hash` may, the one with the lowest rank(flow); nullptr when all
  // ranks are negative.
  template <typename Rank>
  Flow* ChooseVictim(Hash hash, Rank&& rank) {
    Flow* victim = nullptr;
    int64_t lowest = INT64_MAX;
    for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
      for (size_t i = 0; i < kEntriesPerBucket; ++i) {
        const size_t index = bucket * kEntriesPerBucket + i;
        if (tags_[index] == 0) continue;
        Flow& flow = flows_[index];
        const int64_t value = rank(flow);
        if (value < 0 || value >= lowest) continue;
        lowest = value;
        victim = &flow;
      }
    }
    return victim;
  }

  // Frees the entry. Pointers to other entries stay valid.
  void Remove(Flow& flow);

  size_t size() const { return size_; }
  size_t capacity() const { return buckets_ * kEntriesPerBucket; }
  uint32_t IndexOf(const Flow& flow) const { return static_cast<uint32_t>(&flow - flows_.data()); }
  Flow& At(uint32_t index) { return flows_[index]; }
  FlowNotes& NotesOf(const Flow& flow) { return notes_[IndexOf(flow)]; }
  const FlowNotes& NotesOf(const Flow& flow) const { return notes_[IndexOf(flow)]; }
  // For the sweep: the entry may be free.
  bool IsLive(uint32_t index) const { return tags_[index] != 0; }

 private:
  static uint16_t TagOf(Hash hash) { return static_cast<uint16_t>(hash >> 48 | 1); }
  // A fraction of 32 bits chooses a bucket, whatever their number.
  size_t Fraction(uint32_t bits) const { return uint64_t{bits} * buckets_ >> 32; }
  size_t FirstBucket(Hash hash) const { return Fraction(static_cast<uint32_t>(hash)); }
  size_t SecondBucket(Hash hash) const { return OtherBucket(FirstBucket(hash), TagOf(hash)); }
  // Both candidates of a tag have the same sum, modulo the number of buckets: each leads to the
  // other. That number is even and the sum is odd, so they differ.
  size_t OtherBucket(size_t bucket, uint16_t tag) const {
    const size_t sum = Fraction(tag * 0x9e3779b1u) | 1;
    return sum >= bucket ? sum - bucket : sum + buckets_ - bucket;
  }
  // Equal tags and client endpoints in another group have another hash, but for one in 2^15.
  static bool IsOf(const Flow& flow, const FlowKey& key) {
    return flow.client_port == key.client_port && flow.client == key.client &&
           flow.packed_vids() == key.packed_vids;
  }
  // Bits 2i and 2i+1: entry i of the bucket has this tag.
  uint32_t MatchingTags(size_t bucket, uint16_t tag) const {
    const auto* line = reinterpret_cast<const __m128i*>(&tags_[bucket * kEntriesPerBucket]);
    const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(tag));
    const __m128i equal = _mm_cmpeq_epi16(_mm_load_si128(line), wanted);
    return static_cast<uint32_t>(_mm_movemask_epi8(equal));
  }

  uint32_t FreeEntries(size_t bucket) const {
    return static_cast<uint32_t>(std::popcount(MatchingTags(bucket, 0))) / 2;
  }
  std::optional<size_t> FreeEntry(Hash hash);
  std::optional<size_t> MoveOneAway(Hash hash);

  FoldKey key_;
  size_t buckets_;
  size_t size_ = 0;
  std::span<Flow> flows_;
  std::span<uint16_t> tags_;
  std::span<FlowNotes> notes_;
};

}  // namespace synsplice
