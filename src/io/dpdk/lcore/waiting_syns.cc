#include "io/dpdk/lcore/waiting_syns.h"

#include <utility>

#include "io/dpdk/lcore/syn_frame.h"

namespace synsplice {

size_t WaitingSyns::SetAside(std::span<rte_mbuf*> burst) {
  size_t kept = 0;
  for (rte_mbuf* mbuf : burst) {
    if (IsSyn(mbuf)) {
      Wait(mbuf);
    } else {
      burst[kept++] = mbuf;
    }
  }
  return kept;
}

std::span<rte_mbuf*> WaitingSyns::Take() { return {frames_.data(), std::exchange(count_, 0)}; }

void WaitingSyns::Wait(rte_mbuf* mbuf) {
  if (count_ < frames_.size()) {
    frames_[count_++] = mbuf;
    return;
  }
  counters_.Count(Reason::kSynShed);
  rte_pktmbuf_free(mbuf);
}

}  // namespace synsplice
