// Packet buffers of a real EAL, without devices and huge pages.
#pragma once

#include <rte_eal.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "support/example_frames.h"

namespace synsplice::test {

inline rte_mempool* Pool() {
  static rte_mempool* const pool = [] {
    std::string words[] = {"test", "--no-huge", "--no-shconf",   "--no-pci",
                           "-m64", "-l0",       "--log-level=3", "--no-telemetry"};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) std::abort();
    return rte_pktmbuf_pool_create("frames", 2047, 0, 0, 2176, 0);
  }();
  return pool;
}

inline rte_mbuf* Buffer(const TcpFrame& frame) {
  const Bytes bytes = frame.Build();
  rte_mbuf* mbuf = rte_pktmbuf_alloc(Pool());
  std::ranges::copy(bytes, reinterpret_cast<uint8_t*>(
                               rte_pktmbuf_append(mbuf, static_cast<uint16_t>(bytes.size()))));
  return mbuf;
}

inline void Free(std::span<rte_mbuf* const> frames) {
  for (rte_mbuf* mbuf : frames) rte_pktmbuf_free(mbuf);
}

}  // namespace synsplice::test
