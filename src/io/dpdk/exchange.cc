#include "io/dpdk/exchange.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <utility>

#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr unsigned kRingFrames = 4096;

}  // namespace

FrameRing::FrameRing(const char* kind, unsigned worker, Side side) {
  const std::string name = fmt::format("{}_{}_{}", kind, worker, Name(side));
  ring_ =
      rte_ring_create(name.c_str(), kRingFrames, static_cast<int>(rte_socket_id()), RING_F_SC_DEQ);
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

void FrameRing::Discard() {
  rte_mbuf* frame;
  while (Take({&frame, 1}) == 1) rte_pktmbuf_free(frame);
}

void Exchange::Discard() {
  for (auto* rings : {&strangers_, &outgoing_}) {
    for (FrameRing& ring : *rings) ring.Discard();
  }
}

Exchange::Exchange(unsigned workers) {
  for (unsigned worker = 0; worker < workers; ++worker) {
    for (const Side side : {Side::kOutside, Side::kInside}) {
      strangers_.emplace_back("strangers", worker, side);
      outgoing_.emplace_back("outgoing", worker, side);
    }
  }
}

}  // namespace synsplice
