// Who sends SYNs of late, of all workers together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/watch/source_board.h"
#include "watch/syn_sources.h"

namespace synsplice {

// What a client network sent to a service in the last ten seconds (SynSources::kWindow).
struct SourceState {
  Prefix source;
  uint16_t service = 0;  // number
  uint64_t syns = 0;     // at most, but for the sample
  uint64_t error = 0;    // so many fewer at most

  uint64_t certain() const { return syns - error; }
};

inline constexpr size_t kMostSourcesOfService = 20;
// SYNs that one look of the sample stands for.
inline constexpr uint64_t kOneLook = SynSources::kOneOf;

// Those that are certain to at least half of what is told of them, with the sample's error: forged
// sources, each of which comes once, are not. The most certain first, kMostSourcesOfService of each
// service at most.
std::vector<SourceState> MergeSources(std::span<const SourceList> workers);

}  // namespace synsplice
