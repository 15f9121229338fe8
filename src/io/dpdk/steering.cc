#include "io/dpdk/steering.h"

#include <rte_mbuf.h>

namespace synsplice {

size_t Steering::KeepOwn(Side side, std::span<rte_mbuf*> burst) {
  if (owner_.workers == 1) return burst.size();
  size_t kept = 0;
  for (rte_mbuf* mbuf : burst) {
    const std::span<const uint8_t> frame(rte_pktmbuf_mtod(mbuf, const uint8_t*), mbuf->data_len);
    const unsigned worker = OwnerOf(owner_, fragments_, side, frame).value_or(self_);
    if (worker == self_) {
      burst[kept++] = mbuf;
    } else {
      HandOver(worker, side, mbuf);
    }
  }
  return kept;
}

void Steering::HandOver(unsigned worker, Side side, rte_mbuf* mbuf) {
  counters_.Count(Event::kHandedOver);
  if (exchange_.Strangers(worker, side).Put({&mbuf, 1}) == 1) return;
  rte_pktmbuf_free(mbuf);
  counters_.Count(Reason::kRingFull);
}

}  // namespace synsplice
