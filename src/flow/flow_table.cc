#include "synsplice/flow/flow_table.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/check.h"
#include "synsplice/flow/shapes.h"
#include "synsplice/tcp/phase.h"

namespace synsplice {

FlowTable::Place FlowTable::Reserve(Layout& layout, size_t entries) {
  const size_t count = std::max<size_t>(1, (entries + kCandidates - 1) / kCandidates) * kCandidates;
  return {layout.Add<Flow>(count, ShapeOfFlow()), layout.Add<uint16_t>(count),
          layout.Add<FlowNotes>(count, ShapeOfFlowNotes())};
}

FlowTable::FlowTable(const Region& region, const Place& place, const SipKey& key)
    : key_(key),
      buckets_(place.flows.count / kEntriesPerBucket),
      flows_(region[place.flows]),
      tags_(region[place.tags]),
      notes_(region[place.notes]) {
  std::ranges::fill(tags_, uint16_t{0});
}

void FlowTable::PrefetchEntries(Hash hash) const {
  for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
    uint32_t matches = MatchingTags(bucket, TagOf(hash));
    for (; matches != 0; matches &= matches - 1, matches &= matches - 1) {
      PrefetchLine(&flows_[bucket * kEntriesPerBucket + std::countr_zero(matches) / 2]);
    }
  }
}

Flow* FlowTable::Find(Hash hash, const FlowKey& key, Side side, uint16_t id) {
  for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
    uint32_t matches = MatchingTags(bucket, TagOf(hash));
    for (; matches != 0; matches &= matches - 1, matches &= matches - 1) {
      Flow& flow = flows_[bucket * kEntriesPerBucket + std::countr_zero(matches) / 2];
      const uint16_t of_flow = side == Side::kOutside ? flow.listener : flow.backend;
      if (of_flow == id && IsOf(flow, key)) return &flow;
    }
  }
  return nullptr;
}

std::optional<size_t> FlowTable::FreeEntry(Hash hash) {
  const size_t first = FirstBucket(hash), second = SecondBucket(hash);
  const size_t bucket = FreeEntries(first) >= FreeEntries(second) ? first : second;
  const uint32_t free = MatchingTags(bucket, 0);
  if (free == 0) return MoveOneAway(hash);
  return bucket * kEntriesPerBucket + static_cast<size_t>(std::countr_zero(free)) / 2;
}

// The one whose other bucket has most room. Answers the entry that is free then.
std::optional<size_t> FlowTable::MoveOneAway(Hash hash) {
  std::optional<size_t> chosen;
  size_t target = 0;
  uint32_t most = 0;
  for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
    for (size_t i = bucket * kEntriesPerBucket; i < (bucket + 1) * kEntriesPerBucket; ++i) {
      const size_t other = OtherBucket(bucket, tags_[i]);
      const uint32_t room = FreeEntries(other);
      if (room <= most || IsWaiting(flows_[i].phase())) continue;
      chosen = i;
      target = other;
      most = room;
    }
  }
  if (!chosen) return std::nullopt;
  const size_t index = target * kEntriesPerBucket +
                       static_cast<size_t>(std::countr_zero(MatchingTags(target, 0))) / 2;
  flows_[index] = flows_[*chosen];
  notes_[index] = notes_[*chosen];
  tags_[index] = tags_[*chosen];
  return chosen;
}

Flow* FlowTable::Insert(Hash hash, const FlowKey& key, uint16_t listener) {
  const std::optional<size_t> index = FreeEntry(hash);
  if (!index) return nullptr;
  Flow& flow = flows_[*index];
  flow = Flow{};
  flow.client = key.client;
  flow.client_port = key.client_port;
  flow.set_packed_vids(key.packed_vids);
  flow.listener = listener;
  tags_[*index] = TagOf(hash);
  notes_[*index] = FlowNotes{};
  ++size_;
  return &flow;
}

void FlowTable::Remove(Flow& flow) {
  SYNSPLICE_CHECK(IsLive(IndexOf(flow)));
  tags_[IndexOf(flow)] = 0;
  --size_;
}

}  // namespace synsplice
