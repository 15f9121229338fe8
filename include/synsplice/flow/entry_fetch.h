// Fetches the entries of a burst into the cache, once their tags have come.
#pragma once

#include <array>
#include <utility>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/flow/flow_table.h"

namespace synsplice {

// Calls on_absent(frame) for those whose key has no flow.
template <typename OnAbsent>
class EntryFetch {
 public:
  EntryFetch(const FlowTable& flows, OnAbsent on_absent)
      : flows_(flows), on_absent_(std::move(on_absent)) {}

  // REQUIRES: at most kMaxBurst calls; the table's Prefetch came before, as long as possible.
  void Add(size_t frame, FlowTable::Hash hash) {
    const FlowTable::Fetched fetched = flows_.PrefetchAtHome(hash);
    if (fetched == FlowTable::Fetched::kNothing) on_absent_(frame);
    if (fetched == FlowTable::Fetched::kTags) later_[count_++] = {hash, frame};
  }
  // Those that may be away from home have another line of tags to wait for.
  void Finish() {
    for (size_t i = 0; i < count_; ++i) {
      if (!flows_.PrefetchAway(later_[i].hash)) on_absent_(later_[i].frame);
    }
  }

 private:
  struct Later {
    FlowTable::Hash hash;
    size_t frame;
  };

  const FlowTable& flows_;
  OnAbsent on_absent_;
  size_t count_ = 0;
  std::array<Later, kMaxBurst> later_;
};

}  // namespace synsplice
