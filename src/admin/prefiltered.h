// What a pre-filter has dropped, told as if workers had seen it (rule 47).
#pragma once

#include <cstdint>
#include <vector>

#include "admin/snapshot.h"

namespace synsplice {

class Prefiltered {
 public:
  // Adds hits to the lists and SYNs to the services of a snapshot, and says who is flooded, by this
  // and by what workers had: by the rate since the look before, or half of it if it was flooded.
  void AddTo(Snapshot& snapshot);

 private:
  void JudgeFloods(const PrefilterCounts& counts, const Snapshot& snapshot);

  std::vector<uint64_t> looked_;  // by number of the service: what a worker might have had
  Time looked_at_{};
  std::vector<bool> flooded_;  // by number of the service
};

}  // namespace synsplice
