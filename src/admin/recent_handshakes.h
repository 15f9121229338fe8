// How long the handshakes of the last second took: what the counts since the start do not show.
#pragma once

#include <vector>

#include "admin/snapshot.h"

namespace synsplice {

class RecentHandshakes {
 public:
  // Fills in ServiceState::recent_handshakes. Between looks that follow each other faster than
  // once a second it stays what it was.
  void Look(Snapshot& snapshot);

 private:
  Time then_{};
  std::vector<Durations> before_;  // by number of the service, at `then_`
  std::vector<Durations> recent_;
};

}  // namespace synsplice
