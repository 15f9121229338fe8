#include "synsplice/flow/flow_table.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/check.h"
#include "synsplice/flow/shapes.h"

namespace synsplice {

FlowTable::Place FlowTable::Reserve(Layout& layout, size_t entries) {
  const size_t count = std::bit_ceil(std::max(entries, kCandidates));
  return {layout.Add<Flow>(count, ShapeOfFlow()), layout.Add<uint16_t>(count),
          layout.Add<FlowNotes>(count, ShapeOfFlowNotes())};
}

FlowTable::FlowTable(const Region& region, const Place& place, const SipKey& key)
    : key_(key),
      bucket_mask_(place.flows.count / kEntriesPerBucket - 1),
      flows_(region[place.flows]),
      tags_(region[place.tags]),
      notes_(region[place.notes]) {
  std::ranges::fill(tags_, uint16_t{0});
}

void FlowTable::PrefetchEntries(Hash hash) const {
  for (const size_t bucket : {FirstBucket(hash), SecondBucket(hash)}) {
    uint32_t matches = MatchingTags(bucket, TagOf(hash));
    for (; matches != 0; matches &= matches - 1, matches &= matches - 1) {
      __builtin_prefetch(&flows_[bucket * kEntriesPerBucket + std::countr_zero(matches) / 2], 1);
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

Flow* FlowTable::Insert(Hash hash, const FlowKey& key, uint16_t listener) {
  const size_t first = FirstBucket(hash), second = SecondBucket(hash);
  const uint32_t free_first = MatchingTags(first, 0), free_second = MatchingTags(second, 0);
  const bool use_first = std::popcount(free_first) >= std::popcount(free_second);
  const uint32_t free = use_first ? free_first : free_second;
  if (free == 0) return nullptr;
  const size_t index = (use_first ? first : second) * kEntriesPerBucket +
                       static_cast<size_t>(std::countr_zero(free)) / 2;
  Flow& flow = flows_[index];
  flow = Flow{};
  flow.client = key.client;
  flow.client_port = key.client_port;
  flow.set_packed_vids(key.packed_vids);
  flow.listener = listener;
  tags_[index] = TagOf(hash);
  notes_[index] = FlowNotes{};
  ++size_;
  return &flow;
}

void FlowTable::Remove(Flow& flow) {
  SYNSPLICE_CHECK(IsLive(IndexOf(flow)));
  tags_[IndexOf(flow)] = 0;
  --size_;
}

}  // namespace synsplice
