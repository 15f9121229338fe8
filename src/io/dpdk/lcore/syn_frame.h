// SYNs among received frames, told without the core: what a worker that has too much may leave.
#pragma once

#include <rte_mbuf.h>

#include "synsplice/wire/glance.h"

namespace synsplice {

inline bool IsSyn(const rte_mbuf* mbuf) {
  const uint32_t length = mbuf->data_len;
  Glance glance;
  return TakeGlance({rte_pktmbuf_mtod(mbuf, uint8_t*), length, length}, glance) &&
         (glance.flags() & (kSyn | kAck)) == kSyn;
}

}  // namespace synsplice
