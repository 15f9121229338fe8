// What a pre-filter has dropped, told as if workers had seen it (rule 47).
#pragma once

#include <cstdint>
#include <vector>

#include "admin/snapshot.h"

namespace synsplice {

class Prefiltered {
 public:
  // Adds hits to the lists and SYNs to the services of a snapshot, and says who is flooded: by the
  // rate since the look before, or a rate of at least half as much that was more.
  void AddTo(Snapshot& snapshot);

 private:
  void JudgeFloods(const PrefilterCounts& counts, const Snapshot& snapshot);

  PrefilterCounts looked_;
  Time looked_at_{};
  std::vector<bool> flooded_;  // by number of the service
};

}  // namespace synsplice
