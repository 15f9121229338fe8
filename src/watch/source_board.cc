#include "synsplice/watch/source_board.h"

#include <algorithm>

namespace synsplice {

void SourceBoard::Write(std::span<const SourceRecord> sources, uint32_t floor) {
  const uint32_t sequence = sequence_.load(std::memory_order_relaxed);
  sequence_.store(sequence + 1, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_release);
  const size_t count = std::min(sources.size(), kRows);
  count_.Set(count);
  floor_.Set(floor);
  for (size_t i = 0; i < count; ++i) {
    const SourceRecord& source = sources[i];
    rows_[i].high.Set(source.source.High());
    rows_[i].low.Set(source.source.Low());
    rows_[i].service.Set(source.service);
    rows_[i].syns.Set(source.syns);
    rows_[i].error.Set(source.error);
  }
  sequence_.store(sequence + 2, std::memory_order_release);
}

bool SourceBoard::Read(SourceList& list) const {
  const uint32_t before = sequence_.load(std::memory_order_acquire);
  list.floor = static_cast<uint32_t>(floor_.Get());
  list.sources.clear();
  const size_t count = std::min<size_t>(count_.Get(), kRows);
  for (const Row& row : std::span(rows_).first(count)) {
    SourceRecord& source = list.sources.emplace_back();
    source.source.Set({row.high.Get(), row.low.Get()});
    source.service = static_cast<uint16_t>(row.service.Get());
    source.syns = static_cast<uint32_t>(row.syns.Get());
    source.error = static_cast<uint32_t>(row.error.Get());
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  return before % 2 == 0 && sequence_.load(std::memory_order_relaxed) == before;
}

}  // namespace synsplice
