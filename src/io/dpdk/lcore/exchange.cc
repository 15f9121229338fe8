#include "io/dpdk/lcore/exchange.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <utility>

#include "io/host/start_error.h"

namespace synsplice {
FrameRing::FrameRing(const std::string& name, uint32_t frames)
    : ring_(
          rte_ring_create(name.c_str(), frames, static_cast<int>(rte_socket_id()), RING_F_SC_DEQ)) {
  if (ring_ == nullptr) {
    throw StartError(fmt::format("no memory for the ring {}: {}", name, rte_strerror(rte_errno)));
  }
}

FrameRing::~FrameRing() { rte_ring_free(ring_); }

FrameRing::FrameRing(FrameRing&& other) noexcept : ring_(std::exchange(other.ring_, nullptr)) {}

size_t FrameRing::Put(std::span<rte_mbuf* const> frames) {
  return rte_ring_enqueue_burst(ring_, reinterpret_cast<void* const*>(frames.data()),
                                static_cast<unsigned>(frames.size()), nullptr);
}

size_t FrameRing::Take(std::span<rte_mbuf*> burst) {
  return rte_ring_dequeue_burst(ring_, reinterpret_cast<void**>(burst.data()),
                                static_cast<unsigned>(burst.size()), nullptr);
}

bool FrameRing::IsHalfFull() const { return rte_ring_count(ring_) >= rte_ring_get_size(ring_) / 2; }

void FrameRing::Discard() {
  rte_mbuf* frame;
  while (Take({&frame, 1}) == 1) rte_pktmbuf_free(frame);
}

void Exchange::Discard() {
  for (auto* rings : {&strangers_, &outgoing_}) {
    for (FrameRing& ring : *rings) ring.Discard();
  }
}

Exchange::Exchange(unsigned workers, uint32_t ring_frames) {
  for (unsigned worker = 0; worker < workers; ++worker) {
    for (const Side side : {Side::kOutside, Side::kInside}) {
      strangers_.emplace_back(fmt::format("strangers_{}_{}", worker, Name(side)), ring_frames);
      outgoing_.emplace_back(fmt::format("outgoing_{}_{}", worker, Name(side)), ring_frames);
    }
  }
}

}  // namespace synsplice
