// The core's state with the memory that it lies in.
#pragma once

#include "io/memory/mapping.h"
#include "synsplice/state/state.h"

namespace synsplice {

class StateMemory {
 public:
  // As Mapping's.
  explicit StateMemory(const Config& config, unsigned workers = 1,
                       PageKind wanted = PageKind::kTransparent)
      : StateMemory(StateLayout(config, workers), wanted) {}

  const State& state() const { return state_; }
  size_t bytes() const { return mapping_.memory().size(); }
  PageKind pages() const { return mapping_.pages(); }
  size_t huge_bytes() const { return mapping_.huge_bytes(); }

 private:
  StateMemory(const StateLayout& places, PageKind wanted)
      : mapping_(places.layout.bytes(), wanted),
        // New memory fits every layout.
        state_{places, Region::Over(mapping_.memory(), places.layout).value()} {}

  Mapping mapping_;
  State state_;
};

}  // namespace synsplice
