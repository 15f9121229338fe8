// The plain frames of one burst side by side: SYNs, whose cookies are baked together and whose
// answers are written from what stands here, and segments with an ACK.
#pragma once

#include <array>

#include "syn_limits.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/cookie_jar.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/limit/recent_prefixes.h"
#include "synsplice/limit/source_rates.h"
#include "synsplice/lists/list_table.h"
#include "synsplice/policy/policy.h"
#include "synsplice/state/service_counters.h"
#include "synsplice/wire/glance.h"
#include "synsplice/wire/syn_ack.h"
#include "watch/flood_meter.h"

namespace synsplice {

// What the answers to SYNs of one listener have in common that offer the same. Found once in a
// burst: what it depends on is a burst's.
struct SynKind {
  uint32_t key = 0;  // of the listener and the options, see KeyOf; 0: of none
  std::optional<SynLimits> limits;
  CookieForm cookie;
  FloodMeter* flood = nullptr;
  ServiceCounters* counters = nullptr;
  SynAckImage image;

  // So many of them were answered.
  void Count(UtcSecond now, uint32_t answered) const {
    flood->CountSyns(now, answered);
    counters->Count(ServiceEvent::kSyns, answered);
    counters->Count(ServiceEvent::kCookiesSent, answered);
  }
  static uint32_t KeyOf(uint16_t listener, const KeptOptions& kept) {
    return kept.mac_bits << 16 | listener;
  }
  static ListenerId ListenerOf(uint32_t key) { return static_cast<ListenerId>(key); }
  static Offer OptionsOf(uint32_t key) { return OfferIn(key >> 16); }
};

// A SYN that waits for its answer, beside what its cookie is made of: its place in the batch is
// that of its cookie.
struct PendingSyn {
  FlowTable::Hash hash = 0;
  uint64_t prefix = 0;  // PrefixOf its client
  uint32_t kind = 0;    // the key of it
  uint32_t tsval = 0;   // of the client, in network order; 0 without timestamps
  uint8_t hop_limit = 0;
  FlowTable::Fetched flow = FlowTable::Fetched::kTags;  // when the burst was taken in
  Listed listed;                                        // where any one is
};

struct SynBatch {
  CookieBatch cookies;
  std::array<PendingSyn, kMaxBurst> syns;
  std::array<SynKind, 8> kinds;  // of this burst
  bool any_listed = false;       // see FileListed
  // Of those of limited kinds, up to `spotted`, which networks they are of.
  std::array<SourceRates::Spot, kMaxBurst> spots;
  size_t spotted = 0;

  void Clear() {
    cookies.count = 0;
    any_listed = false;
    spotted = 0;
    for (SynKind& kind : kinds) kind.key = 0;
  }
  size_t count() const { return cookies.count; }
  // By listener, scale, MSS and timestamps.
  SynKind& KindAt(uint32_t key) { return kinds[(key ^ key >> 16 ^ key >> 24) % kinds.size()]; }
  // The place for one more, whose cookie was added.
  PendingSyn& Last() { return syns[count() - 1]; }
};

// A segment with ACK, without SYN and RST, with no option but timestamps. With a FIN it has no
// payload.
struct PlainSegment {
  static constexpr uint8_t kNoClaim = 0xff;

  Glance glance;
  Policy::Role role;
  FlowKey key;
  FlowTable::Hash hash = 0;
  // Of strangers: what the sketch of sent cookies has of its network, its cookie among the claims.
  RecentPrefixes::Spot sketch{};
  uint8_t claim = kNoClaim;

  bool has_fin() const { return glance.flags() & kFin; }
  // Sequence space that it takes.
  uint32_t length() const { return glance.payload_length() + has_fin(); }
  bool has_timestamps() const { return glance.header_length != kTcpMinLength; }
  // The timestamps stand behind two NOPs.
  static constexpr size_t kTsval = kTcpMinLength + 4, kTsecr = kTcpMinLength + 8;
};

// What an endpoint is to us.
struct ServiceMemo {
  AddressWords address{};
  uint16_t port = 0;
  uint16_t group = 0;
  bool ours = false;  // not a removed one's
  Policy::Role role;
};

struct SegmentBatch {
  std::array<PlainSegment, kMaxBurst> segments;  // by the frame's place in the burst
  ClaimBatch claims{};
  std::array<CookieJar::Verified, kMaxBurst> verified;
};

}  // namespace synsplice
