// Brings every service frame to the worker that owns its client endpoint; RSS of the ports only
// saves the hand-over.
//
// Who floods in the name of few client endpoints reaches few workers. What then comes through a
// ring is bounded by it, and a ring that is half full takes no more SYNs: the other half is left to
// connections that are there already.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "control/config_loader.h"
#include "io/dpdk/lcore/exchange.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/proxy/owner.h"

namespace synsplice {

class Steering {
 public:
  // All that it is given must outlive it.
  Steering(const OwnerFunction& owner, unsigned self, Exchange& exchange, Counters& counters)
      : owner_(owner),
        self_(self),
        exchange_(exchange),
        counters_(counters),
        fragments_(owner.seed()) {}

  // Hands strangers over and moves the worker's own frames to the front, in order; answers how
  // many those are. Frames that nobody owns are judged where they arrived.
  size_t KeepOwn(const Policy& policy, Side side, std::span<rte_mbuf*> burst);

  // Frames for `worker` that found no room in its ring; from any thread.
  uint64_t lost(unsigned worker) const { return lost_[worker].Get(); }

 private:
  // What a burst has for one other worker.
  struct Strangers {
    std::array<rte_mbuf*, kMaxBurst> frames;
    size_t count = 0;
  };

  void HandOver(unsigned worker, Side side, std::span<rte_mbuf*> frames);
  void Lose(unsigned worker, std::span<rte_mbuf* const> frames);

  const OwnerFunction& owner_;
  unsigned self_;
  Exchange& exchange_;
  Counters& counters_;
  FragmentNotes fragments_;
  std::array<Strangers, kMaxWorkers> strangers_;
  std::array<Counter, kMaxWorkers> lost_;
};

}  // namespace synsplice
