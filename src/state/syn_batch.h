// The SYNs of one burst side by side: their cookies are baked together, and their answers written
// from what stands here.
#pragma once

#include <array>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/cookie_jar.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/wire/syn_ack.h"

namespace synsplice {

struct SynBatch {
  size_t count = 0;
  SynAckSkeleton skeleton;  // of the listener that was answered last
  std::array<CookieRequest, kMaxBurst> requests;
  std::array<Cookie, kMaxBurst> cookies;
  std::array<FlowTable::Hash, kMaxBurst> hashes;
  std::array<uint32_t, kMaxBurst> tsvals;  // of the clients; 0 without timestamps
  std::array<uint8_t, kMaxBurst> hop_limits;
};

}  // namespace synsplice
