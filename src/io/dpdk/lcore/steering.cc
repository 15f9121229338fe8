#include "io/dpdk/lcore/steering.h"

#include <rte_mbuf.h>

#include <algorithm>
#include <functional>

#include "io/dpdk/lcore/syn_frame.h"

namespace synsplice {
namespace {

std::span<uint8_t> BytesOf(rte_mbuf* mbuf) {
  return {rte_pktmbuf_mtod(mbuf, uint8_t*), mbuf->data_len};
}

}  // namespace

size_t Steering::KeepOwn(const Policy& policy, Side side, std::span<rte_mbuf*> burst) {
  if (owner_.workers() == 1) return burst.size();
  size_t kept = 0;
  for (rte_mbuf* mbuf : burst) {
    const auto owner = OwnerOf(owner_, policy, fragments_, side, BytesOf(mbuf));
    const unsigned worker = owner.value_or(self_);
    if (worker == self_) {
      burst[kept++] = mbuf;
    } else {
      Strangers& strangers = strangers_[worker];
      strangers.frames[strangers.count++] = mbuf;
    }
  }
  if (kept == burst.size()) return kept;
  for (unsigned worker = 0; worker < owner_.workers(); ++worker) {
    Strangers& strangers = strangers_[worker];
    if (strangers.count != 0) HandOver(worker, side, {strangers.frames.data(), strangers.count});
    strangers.count = 0;
  }
  return kept;
}

void Steering::HandOver(unsigned worker, Side side, std::span<rte_mbuf*> frames) {
  counters_.Count(Event::kHandedOver, frames.size());
  FrameRing& ring = exchange_.Strangers(worker, side);
  if (ring.IsHalfFull()) {
    const auto syns = std::stable_partition(frames.begin(), frames.end(), std::not_fn(IsSyn));
    Lose(worker, {syns, frames.end()});
    frames = {frames.begin(), syns};
  }
  Lose(worker, frames.subspan(ring.Put(frames)));
}

void Steering::Lose(unsigned worker, std::span<rte_mbuf* const> frames) {
  for (rte_mbuf* mbuf : frames) {
    rte_pktmbuf_free(mbuf);
    counters_.Count(Reason::kRingFull);
  }
  lost_[worker].Add(frames.size());
}

}  // namespace synsplice
