#include "io/dpdk/lcore/transmitter.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

namespace synsplice {

size_t Transmitter::Send() {
  if (ring_ != nullptr) return ring_->Put({burst_.data(), count_});
  if (!port_->is_open()) return 0;
  return rte_eth_tx_burst(port_->id(), queue_, burst_.data(), static_cast<uint16_t>(count_));
}

void Transmitter::Flush() {
  if (count_ == 0) return;
  for (size_t i = Send(); i < count_; ++i) {
    rte_pktmbuf_free(burst_[i]);
    counters_.Count(ring_ != nullptr ? Reason::kRingFull : Reason::kTxFull);
  }
  count_ = 0;
}

}  // namespace synsplice
