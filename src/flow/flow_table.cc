#include "synsplice/flow/flow_table.h"

#include <algorithm>

#include "synsplice/base/check.h"
#include "synsplice/flow/shapes.h"
#include "synsplice/tcp/phase.h"

namespace synsplice {
namespace {

// Of a bucket: a flow goes to its home without a look at the other one as long as it has these.
constexpr uint32_t kLastPlaces = 2;

}  // namespace

FlowTable::Place FlowTable::Reserve(Layout& layout, size_t entries) {
  const size_t count = std::max<size_t>(1, (entries + kCandidates - 1) / kCandidates) * kCandidates;
  return {layout.Add<Flow>(count, ShapeOfFlow()), layout.Add<TagLine>(count / kEntriesPerBucket),
          layout.Add<FlowNotes>(count, ShapeOfFlowNotes())};
}

FlowTable::FlowTable(const Region& region, const Place& place, const SipKey& key)
    : key_(key),
      flows_(region[place.flows]),
      tags_(region[place.tags]),
      notes_(region[place.notes]) {
  std::ranges::fill(tags_, TagLine{});
}

void FlowTable::PrefetchForInsert(Hash hash) const {
  if (const std::optional<Spot> spot = FindFree(hash)) {
    const Flow& flow = EntryAt(spot->bucket, spot->entry);
    PrefetchLine(&flow);
    PrefetchLine(&NotesOf(flow));
    return;
  }
  for (const size_t bucket : {Home(hash), Away(hash)}) {
    for (size_t i = 0; i < kEntriesPerBucket; ++i) PrefetchLine(&EntryAt(bucket, i));
  }
}

std::optional<FlowTable::Spot> FlowTable::FindFree(Hash hash) const {
  const size_t home = Home(hash), away = Away(hash);
  const uint32_t at_home = FreeEntries(home);
  if (at_home >= kLastPlaces || (at_home != 0 && at_home >= FreeEntries(away))) {
    return FreeSpot(home, false);
  }
  if (tags_[home].MaySendAway() && FreeEntries(away) != 0) return FreeSpot(away, true);
  if (at_home != 0) return FreeSpot(home, false);
  return std::nullopt;
}

// REQUIRES: nothing is free. Answers whether something is then.
bool FlowTable::MakeRoom(Hash hash) {
  if (MoveOneOn(Home(hash))) return true;
  if (tags_[Home(hash)].MaySendAway() && MoveOneOn(Away(hash))) return true;
  // Where hardly anything is free that would only be a long search.
  return size_ < RoomOf(capacity()) && MoveTwoOn(Home(hash));
}

// From a full bucket to its other one, if that has room: rather one that comes home, then where
// most room is. Answers whether there was one.
bool FlowTable::MoveOneOn(size_t bucket) {
  size_t chosen = 0;
  uint32_t best = 0, room = 0;
  uint16_t last = 0;  // the flows of one client endpoint share their other bucket
  for (size_t i = 0; i < kEntriesPerBucket; ++i) {
    const uint16_t tag = tags_[bucket].At(i);
    const bool comes_home = tag & TagLine::kAway;
    if (tag != last) room = FreeEntries(OtherBucket(bucket, tag));
    last = tag;
    const uint32_t rank = room == 0 ? 0 : room + (comes_home ? kEntriesPerBucket : 0);
    if (rank <= best || !MayMove(bucket, i)) continue;
    chosen = i;
    best = rank;
  }
  if (best != 0) Move(bucket, chosen);
  return best != 0;
}

// As before, but the other bucket is full too: one of its own goes on first. So few tries are
// enough up to 0.93 of ten million entries.
bool FlowTable::MoveTwoOn(size_t bucket) {
  constexpr size_t kTries = 4;
  for (size_t i = 0; i < kTries; ++i) {
    if (!MayMove(bucket, i) || !MoveOneOn(OtherBucket(bucket, tags_[bucket].At(i)))) continue;
    Move(bucket, i);
    return true;
  }
  return false;
}

// Handshakes stay where their slots know them.
bool FlowTable::MayMove(size_t bucket, size_t entry) const {
  const bool is_away = tags_[bucket].At(entry) & TagLine::kAway;
  return !IsWaiting(EntryAt(bucket, entry).phase()) && (is_away || tags_[bucket].MaySendAway());
}

// REQUIRES: its other bucket has room.
void FlowTable::Move(size_t bucket, size_t entry) {
  const uint16_t tag = tags_[bucket].At(entry);
  const Spot spot = FreeSpot(OtherBucket(bucket, tag), (tag & TagLine::kAway) == 0);
  Flow& flow = EntryAt(bucket, entry);
  Flow& moved = EntryAt(spot.bucket, spot.entry);
  moved = flow;
  NotesOf(moved) = NotesOf(flow);
  Free(bucket, entry);
  Put(spot, tag);
}

// Home knows who is away. `tag`: of a flow wherever it stands.
void FlowTable::Put(const Spot& spot, uint16_t tag) {
  tag = static_cast<uint16_t>((tag & ~TagLine::kAway) | (spot.away ? TagLine::kAway : 0));
  tags_[spot.bucket].Set(spot.entry, tag);
  if (!spot.away) return;
  tags_[OtherBucket(spot.bucket, tag)].CountAway();
}

void FlowTable::Free(size_t bucket, size_t entry) {
  const uint16_t tag = tags_[bucket].At(entry);
  tags_[bucket].Set(entry, 0);
  if ((tag & TagLine::kAway) == 0) return;
  tags_[OtherBucket(bucket, tag)].CountBack();
}

Flow* FlowTable::Insert(Hash hash, const FlowKey& key, uint16_t listener) {
  Flow* flow = InsertWhereFree(hash, key, listener);
  return flow || !MakeRoom(hash) ? flow : InsertWhereFree(hash, key, listener);
}

Flow* FlowTable::InsertWhereFree(Hash hash, const FlowKey& key, uint16_t listener) {
  const std::optional<Spot> spot = FindFree(hash);
  if (!spot) return nullptr;
  Put(*spot, TagOf(hash));
  Flow& flow = EntryAt(spot->bucket, spot->entry);
  flow = Flow{};
  flow.client = key.client;
  flow.client_port = key.client_port;
  flow.set_packed_vids(key.packed_vids);
  flow.listener = listener;
  NotesOf(flow) = FlowNotes{};
  ++size_;
  return &flow;
}

void FlowTable::Remove(Flow& flow) {
  const uint32_t index = IndexOf(flow);
  SYNSPLICE_CHECK(IsLive(index));
  Free(index / kEntriesPerBucket, index % kEntriesPerBucket);
  --size_;
}

}  // namespace synsplice
