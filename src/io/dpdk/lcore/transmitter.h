// The frames that one worker sends through one port, collected into bursts.
#pragma once

#include <array>
#include <cstdint>

#include "io/dpdk/lcore/exchange.h"
#include "io/dpdk/port/port.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/frame_buffer.h"

namespace synsplice {

// Sends through a transmit queue that the worker owns, or through the ring of the worker that
// owns one; frames that find no room are freed and counted.
class Transmitter {
 public:
  Transmitter(const Port& port, uint16_t queue, Counters& counters)
      : port_(&port), queue_(queue), counters_(counters) {}
  Transmitter(FrameRing& ring, Counters& counters) : ring_(&ring), counters_(counters) {}

  // Takes over `mbuf`.
  void Add(rte_mbuf* mbuf) {
    burst_[count_++] = mbuf;
    if (count_ == burst_.size()) Flush();
  }
  void Flush();

 private:
  size_t Send();

  const Port* port_ = nullptr;
  uint16_t queue_ = 0;
  FrameRing* ring_ = nullptr;  // nullptr: own queue
  Counters& counters_;
  std::array<rte_mbuf*, kMaxBurst> burst_;
  size_t count_ = 0;
};

}  // namespace synsplice
