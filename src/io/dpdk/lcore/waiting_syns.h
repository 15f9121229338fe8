// SYNs that wait until a worker that is behind has judged what else it received.
//
// A SYN costs its answer, a segment of a connection little more than its reception. A worker that
// can't keep up with a flood therefore reads on, past the SYNs: who is connected is served as long
// as frames can be read at all, and of the SYNs as many as it has time for.
#pragma once

#include <array>
#include <span>

#include "synsplice/base/counters.h"
#include "synsplice/base/frame_buffer.h"

struct rte_mbuf;

namespace synsplice {

class WaitingSyns {
 public:
  explicit WaitingSyns(Counters& counters) : counters_(counters) {}

  // Takes the SYNs out of `burst` and moves the others to the front, in order; answers how many
  // those are. SYNs that find no room are freed and counted.
  size_t SetAside(std::span<rte_mbuf*> burst);
  // Hands over those that wait, in order; valid until the next call.
  std::span<rte_mbuf*> Take();

 private:
  void Wait(rte_mbuf* mbuf);

  Counters& counters_;
  std::array<rte_mbuf*, kMaxBurst> frames_;
  size_t count_ = 0;
};

}  // namespace synsplice
