#include "synsplice/flow/flow_table.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

namespace synsplice {
namespace {

template <typename T>
T* AllocateZeroed(size_t count) {
  void* memory = ::operator new (count * sizeof(T), std::align_val_t{64});
  std::memset(memory, 0, count * sizeof(T));
  return static_cast<T*>(memory);
}

}  // namespace

FlowTable::FlowTable(size_t entries, const SipKey& key)
    : key_(key),
      bucket_mask_(std::bit_ceil(std::max(entries, kCandidates)) / kEntriesPerBucket - 1),
      flows_(AllocateZeroed<Flow>(capacity())),
      tags_(AllocateZeroed<uint16_t>(capacity())),
      notes_(AllocateZeroed<FlowNotes>(capacity())) {}

// SipHash-1-3: keyed, so that nobody can aim at a bucket. The key's 23 bytes and the length byte
// fill three words exactly.
FlowTable::Hash FlowTable::HashOf(const FlowKey& key) const {
  auto state = StartSipHash(key_);
  state.Absorb<1>(key.client.High());
  state.Absorb<1>(key.client.Low());
  state.Absorb<1>(uint64_t{key.client_port} | uint64_t{key.packed_vids} << 16 |
                  uint64_t{key.group} << 40 | uint64_t{23} << 56);
  Hash hash;
  state.Finish<3>(hash);
  return hash;
}

void FlowTable::Prefetch(Hash hash) const {
  __builtin_prefetch(&tags_[FirstBucket(hash) * kEntriesPerBucket]);
  __builtin_prefetch(&tags_[SecondBucket(hash) * kEntriesPerBucket]);
}

// Bits 2i and 2i+1: entry i of the bucket has this tag.
uint32_t FlowTable::MatchingTags(size_t bucket, uint16_t tag) const {
  const auto* line = reinterpret_cast<const __m128i*>(&tags_[bucket * kEntriesPerBucket]);
  const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(tag));
  const __m128i equal = _mm_cmpeq_epi16(_mm_load_si128(line), wanted);
  return static_cast<uint32_t>(_mm_movemask_epi8(equal));
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
