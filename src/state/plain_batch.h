// The plain frames of one burst side by side: SYNs, whose cookies are baked together and whose
// answers are written from what stands here, and segments with an ACK.
#pragma once

#include <array>

#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/cookie_jar.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/policy/policy.h"
#include "synsplice/wire/glance.h"
#include "synsplice/wire/syn_ack.h"

namespace synsplice {

// A SYN that waits for its answer; its place in the batch is that of its cookie.
struct PendingSyn {
  FlowTable::Hash hash = 0;
  AddressWords client;
  uint32_t isn_c = 0;
  uint32_t tsval = 0;  // of the client; 0 without timestamps
  uint64_t image_key = 0;
  uint32_t client_port = 0;
  uint32_t listener = 0;
  Offer options;  // that client and listener share
  uint8_t hop_limit = 0;
};

struct SynBatch {
  CookieBatch cookies;
  std::array<PendingSyn, kMaxBurst> syns;
  std::array<SynAckImage, 8> images;  // of this burst

  void Clear() {
    cookies.count = 0;
    for (SynAckImage& image : images) image.key = 0;
  }
  size_t count() const { return cookies.count; }
  // By listener and options.
  SynAckImage& ImageAt(uint64_t key) { return images[(key ^ key >> 24) % images.size()]; }
  // The place for one more, whose cookie was added.
  PendingSyn& Last() { return syns[count() - 1]; }
};

// A segment with ACK, without SYN, FIN and RST, with no option but timestamps.
struct PlainSegment {
  static constexpr uint8_t kNoClaim = 0xff;

  Glance glance;
  Policy::Role role;
  FlowKey key;
  FlowTable::Hash hash = 0;
  uint8_t claim = kNoClaim;  // place of its cookie among the claims

  bool has_timestamps() const { return glance.header_length != kTcpMinLength; }
  // The timestamps stand behind two NOPs.
  static constexpr size_t kTsval = kTcpMinLength + 4, kTsecr = kTcpMinLength + 8;
};

// What an endpoint is to us.
struct ServiceMemo {
  AddressWords address{};
  uint16_t port = 0;
  uint16_t group = 0;
  Policy::Role role;
};

struct SegmentBatch {
  std::array<PlainSegment, kMaxBurst> segments;  // by the frame's place in the burst
  size_t claim_count = 0;
  std::array<CookieClaim, kMaxBurst> claims;
  std::array<CookieJar::Verified, kMaxBurst> verified;
};

}  // namespace synsplice
