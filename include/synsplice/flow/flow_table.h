// The L4 NAT table: fixed capacity, two candidate buckets per key, found from both sides.
//
// A bucket is eight entries and one 16-byte line of tags. A flow goes to its home, the first
// candidate, but for the last places there, then to the emptier of both. So a look-up touches one
// tag line as long as nobody is away from that bucket, and, nearly always, one entry. A bucket's
// other candidate follows from the tag alone (partial-key cuckoo hashing; Fan, Andersen, Kaminsky,
// Mitzenmacher 2014): where both are full, a flow of theirs moves on to its own other bucket. So
// the table fills to nine tenths before anything finds no place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "synsplice/base/fold_hash.h"
#include "synsplice/base/prefetch.h"
#include "synsplice/base/region.h"
#include "synsplice/base/side.h"
#include "synsplice/flow/flow_key.h"
#include "synsplice/flow/tag_line.h"

namespace synsplice {

class FlowTable {
 public:
  static constexpr size_t kEntriesPerBucket = TagLine::kTags;
  static constexpr size_t kCandidates = 2 * kEntriesPerBucket;

  using Hash = uint64_t;

  // What lies in a region.
  struct Place {
    Extent<Flow> flows;
    Extent<TagLine> tags;
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
  // Steps for a burst: home's line of tags; its entries, or the other line; the entries of that.
  void Prefetch(Hash hash) const { PrefetchLine(&tags_[Home(hash)]); }
  enum class Fetched : uint8_t { kEntry, kTags, kNothing };
  Fetched PrefetchAtHome(Hash hash) const {
    if (PrefetchEntries(Home(hash), TagOf(hash))) return Fetched::kEntry;
    if (!tags_[Home(hash)].HasAway()) return Fetched::kNothing;
    PrefetchLine(&tags_[Away(hash)]);
    return Fetched::kTags;
  }
  bool PrefetchAway(Hash hash) const {
    return PrefetchEntries(Away(hash), TagOf(hash) | TagLine::kAway);
  }
  // The entry that Insert would take, or those of which one may have to make room.
  void PrefetchForInsert(Hash hash) const;

  // False: no key with this hash has a flow.
  bool MayHold(Hash hash) const {
    const TagLine& home = tags_[Home(hash)];
    if (home.Matches(TagOf(hash)) != 0) return true;
    return home.HasAway() && tags_[Away(hash)].Matches(TagOf(hash) | TagLine::kAway) != 0;
  }

  // The flow that a frame from `side` with listener id (outside) or backend id (inside) belongs to.
  Flow* Find(Hash hash, const FlowKey& key, Side side, uint16_t id) {
    return ForEachMatch(hash, [&](const Flow& flow) {
      return (side == Side::kOutside ? flow.listener : flow.backend) == id && key.IsOf(flow);
    });
  }
  const Flow* Find(Hash hash, const FlowKey& key, Side side, uint16_t id) const {
    return const_cast<FlowTable*>(this)->Find(hash, key, side, id);
  }

  // Every flow of the key's client endpoint to its group, kCandidates at most.
  template <typename Visit>
  void ForEachOf(Hash hash, const FlowKey& key, Visit&& visit) const {
    ForEachMatch(hash, [&](const Flow& flow) {
      if (key.IsOf(flow)) visit(flow);
      return false;
    });
  }

  // A free entry, cleared, with the key set and `listener` id; nullptr: both buckets are full.
  Flow* InsertWhereFree(Hash hash, const FlowKey& key, uint16_t listener);
  // Another flow may move, but none that has a handshake slot, which knows where it stands.
  Flow* Insert(Hash hash, const FlowKey& key, uint16_t listener);

  // Of the flows that stand where `hash` may, that of the lowest rank(flow); nullptr: all negative.
  template <typename Rank>
  Flow* ChooseVictim(Hash hash, Rank&& rank) {
    Flow* victim = nullptr;
    int64_t lowest = INT64_MAX;
    for (const size_t bucket : {Home(hash), Away(hash)}) {
      for (size_t i = 0; i < kEntriesPerBucket; ++i) {
        if (!tags_[bucket].IsUsed(i)) continue;
        Flow& flow = EntryAt(bucket, i);
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
  size_t capacity() const { return flows_.size(); }
  uint32_t IndexOf(const Flow& flow) const { return static_cast<uint32_t>(&flow - flows_.data()); }
  Flow& At(uint32_t index) { return flows_[index]; }
  FlowNotes& NotesOf(const Flow& flow) { return notes_[IndexOf(flow)]; }
  const FlowNotes& NotesOf(const Flow& flow) const { return notes_[IndexOf(flow)]; }
  // For the sweep: the entry may be free.
  bool IsLive(uint32_t index) const {
    return tags_[index / kEntriesPerBucket].IsUsed(index % kEntriesPerBucket);
  }

 private:
  struct Spot {
    size_t bucket, entry;
    bool away;  // from the home of the flow that is to be there
  };

  static uint16_t TagOf(Hash hash) {
    return static_cast<uint16_t>((hash >> 48 & TagLine::kHashBits) | TagLine::kUsed);
  }
  // A fraction of 32 bits chooses a bucket, whatever their number.
  size_t Fraction(uint32_t bits) const { return uint64_t{bits} * tags_.size() >> 32; }
  size_t Home(Hash hash) const { return Fraction(static_cast<uint32_t>(hash)); }
  size_t Away(Hash hash) const { return OtherBucket(Home(hash), TagOf(hash)); }
  // Both candidates of a tag have the same sum, modulo the number of buckets: each leads to the
  // other. That number is even and the sum is odd, so they differ.
  size_t OtherBucket(size_t bucket, uint16_t tag) const {
    const size_t sum = Fraction((tag & TagLine::kHashBits) * 0x9e3779b1u) | 1;
    return sum >= bucket ? sum - bucket : sum + tags_.size() - bucket;
  }
  Flow& EntryAt(size_t bucket, size_t entry) const {
    return flows_[bucket * kEntriesPerBucket + entry];
  }
  bool PrefetchEntries(size_t bucket, uint16_t tag) const {
    const auto all = tags_[bucket].Matches(tag);
    for (auto matches = all; matches != 0; matches = TagLine::WithoutFirst(matches)) {
      PrefetchLine(&EntryAt(bucket, TagLine::First(matches)));
    }
    return all != 0;
  }
  // The entries that `hash` may mean until visit(flow) answers true; that one or nullptr.
  template <typename Visit>
  Flow* ForEachMatch(Hash hash, Visit&& visit) const {
    Flow* found = FirstMatch(Home(hash), TagOf(hash), visit);
    if (found || !tags_[Home(hash)].HasAway()) return found;
    return FirstMatch(Away(hash), TagOf(hash) | TagLine::kAway, visit);
  }
  template <typename Visit>
  Flow* FirstMatch(size_t bucket, uint16_t tag, Visit& visit) const {
    auto matches = tags_[bucket].Matches(tag);
    for (; matches != 0; matches = TagLine::WithoutFirst(matches)) {
      Flow& flow = EntryAt(bucket, TagLine::First(matches));
      if (visit(flow)) return &flow;
    }
    return nullptr;
  }

  uint32_t FreeEntries(size_t bucket) const { return TagLine::Count(tags_[bucket].Free()); }
  Spot FreeSpot(size_t bucket, bool away) const {
    return {bucket, TagLine::First(tags_[bucket].Free()), away};
  }
  std::optional<Spot> FindFree(Hash hash) const;
  bool MakeRoom(Hash hash);
  bool MoveOneOn(size_t bucket);
  bool MoveTwoOn(size_t bucket);
  bool MayMove(size_t bucket, size_t entry) const;
  void Move(size_t bucket, size_t entry);
  void Put(const Spot& spot, uint16_t tag);
  void Free(size_t bucket, size_t entry);

  FoldKey key_;
  size_t size_ = 0;
  std::span<Flow> flows_;
  std::span<TagLine> tags_;
  std::span<FlowNotes> notes_;
};

}  // namespace synsplice
