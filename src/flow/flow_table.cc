#include "synsplice/flow/flow_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace synsplice {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

template <typename T>
T* AllocateZeroed(size_t count) {
  const size_t bytes = count * sizeof(T);
  void* memory = ::operator new (bytes, std::align_val_t{kHugePage});
  (void)madvise(memory, bytes, MADV_HUGEPAGE);
  std::memset(memory, 0, bytes);
  return static_cast<T*>(memory);
}

}  // namespace

FlowTable::FlowTable(size_t entries, const SipKey& key)
    : key_(key),
      bucket_mask_(std::bit_ceil(std::max(entries, kCandidates)) / kEntriesPerBucket - 1),
      flows_(AllocateZeroed<Flow>(capacity())),
      tags_(AllocateZeroed<uint16_t>(capacity())),
      notes_(AllocateZeroed<FlowNotes>(capacity())) {}

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
  SYNSPLICE_CHECK(flow.listener != 0);
  flow.listener = 0;
  tags_[IndexOf(flow)] = 0;
  --size_;
}

}  // namespace synsplice
