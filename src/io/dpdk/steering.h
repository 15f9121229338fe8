// Brings every service frame to the worker that owns its client endpoint; RSS of the ports only
// saves the hand-over.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "io/dpdk/exchange.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice {

class Steering {
 public:
  Steering(const OwnerFunction& owner, unsigned self, Exchange& exchange, Counters& counters)
      : owner_(owner),
        self_(self),
        exchange_(exchange),
        counters_(counters),
        fragments_(owner.seed) {}

  // Hands strangers over and moves the worker's own frames to the front, in order; answers how
  // many those are. Frames that nobody owns are judged where they arrived.
  size_t KeepOwn(Side side, std::span<rte_mbuf*> burst);

 private:
  void HandOver(unsigned worker, Side side, rte_mbuf* mbuf);

  OwnerFunction owner_;
  unsigned self_;
  Exchange& exchange_;
  Counters& counters_;
  FragmentNotes fragments_;
};

}  // namespace synsplice
