// What the parts of the core work on: one worker's state, and one frame under judgement.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "fragment_table.h"
#include "health/backend_health.h"
#include "health/check_plan.h"
#include "heard_neighbours.h"
#include "plain_batch.h"
#include "promises.h"
#include "syn_shapes.h"
#include "synsplice/base/counters.h"
#include "synsplice/cookie/cookie_jar.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/flow/handshake_slots.h"
#include "synsplice/limit/fair_share.h"
#include "synsplice/limit/flow_shares.h"
#include "synsplice/limit/prefix_budget.h"
#include "synsplice/limit/recent_prefixes.h"
#include "synsplice/limit/reflection_limit.h"
#include "synsplice/limit/token_bucket.h"
#include "synsplice/lists/list_table.h"
#include "synsplice/policy/policy.h"
#include "synsplice/state/client_notes.h"
#include "synsplice/state/fragment_notes.h"
#include "synsplice/state/outbox.h"
#include "synsplice/state/refused_clients.h"
#include "synsplice/state/service_counters.h"
#include "synsplice/state/shared.h"
#include "synsplice/wire/frame.h"
#include "turn_lines.h"
#include "watch/attack_judge.h"
#include "watch/flood_meter.h"
#include "watch/service_mode.h"
#include "watch/syn_sources.h"

namespace synsplice {

// Second MACs for keepalive and window probes (rule 6): so many per second and worker.
inline constexpr uint32_t kProbeMacsPerSecond = 10000;
// RSTs to one backend about connections that we do not know, per second and worker.
inline constexpr uint32_t kBackendResetsPerSecond = 1000;
// Challenge ACKs that one flow may cause within one tick of kTick.
inline constexpr uint8_t kChallengeTokens = 10;
// Clients on lists that are told, per second and worker; all are counted.
inline constexpr uint32_t kListNotesPerSecond = 20;
// Errors from outside about connections that no `police.icmp` bounds, per second and worker.
inline constexpr uint32_t kQuotedErrorsPerSecond = 100;

struct Context {
  Context(const Policy& policy, Shared& shared, SipKey seed, Time start, unsigned worker);

  // Goes on with `next`, which follows the policy before. See Proxy::Adopt.
  void Adopt(const Policy& next);
  // Takes the memory for all that later policies may have.
  void Reserve();

  const Policy* policy;
  const SipKey seed;
  Shared& shared;
  const WorkerPlaces& places;
  FlowTable flows;
  FoldKey label_key;
  FlowShares flow_shares;
  HandshakeSlots slots;
  FairShare slot_shares;
  FairShare held_shares;  // frames
  Promises promises;
  FragmentTable fragments;
  FragmentNotes bridged_fragments;  // what they are of: edge/fragments
  CookieJar jar;
  Counters counters;
  std::vector<ServiceCounters> service_counters;  // by number of the service
  std::vector<BackendCounters> backend_counters;  // by BackendId
  std::array<Counter, kMaxLists + 1> list_hits;   // by ListId
  TokenBucket list_notes;
  std::optional<ReflectionLimit> reflection;  // when there is one
  RecentPrefixes cookies_sent;
  Time started;
  Seconds cookie_life;      // rounded up
  Time cookies_known_from;  // until then cookies that others sent, or we before the start, may come
  PrefixBudget wrong_cookie_resets;
  std::vector<TokenBucket> backend_resets;  // by BackendId
  std::vector<Openings> openings;           // by BackendId
  size_t line_looked_at = 0;                // of the busy ones
  TokenBucket probe_macs, quoted_errors;
  std::vector<FloodMeter> flood;  // by number of the service
  UtcSecond published = 0;
  SynSources sources;
  std::vector<ServiceMode> modes;         // by number of the service
  std::vector<AdaptiveService> adaptive;  // those in mode adaptive
  Time loads_at{};                        // when it is time to look at them again
  BackendHealth health;
  const bool leads;          // for all workers it judges attacks and asks backends
  CheckPlan checks;          // when it does
  uint64_t checks_seen = 0;  // generation of the shared ones

  // A flow that was spliced and heard within so many ticks neither has expired nor is idle.
  uint16_t fresh_ticks;
  uint32_t sweep_index = 0;
  Time swept_at;
  HeardNeighbours heard;
  // Of the neighbour table: those that were seen.
  uint64_t neighbour_generation = 0, neighbour_suspicion = 0;

  // Of the current call.
  Time now;
  UtcSecond second = 0;  // of `now`
  uint16_t tick = 0;     // of `now`
  bool inside_up = true;
  const ListTable* lists = nullptr;
  Outbox* outbox = nullptr;
  SynShapes shapes;
  SynBatch syns;
  SegmentBatch segments;
  std::array<ServiceMemo, 2> memos;  // by side
  RefusedClients refused;
  ClientNotes notes;

  // Whether what the endpoint was to us, from that side, it is no longer: only its flows are ours.
  bool IsRemoved(Side side, Policy::Role role) const {
    return side == Side::kOutside ? policy->listener(role.listener).IsRemoved()
                                  : policy->backend(role.backend).removed;
  }
  bool IsListener(Policy::Role role) const { return !policy->listener(role.listener).IsRemoved(); }

  const Listener& ListenerOf(const Flow& flow) const { return policy->listener(flow.listener); }
  const Backend& BackendOf(const Flow& flow) const { return policy->backend(flow.backend); }
  const ServiceConfig& ServiceOf(const Flow& flow) const {
    return policy->service(ListenerOf(flow));
  }
  const ServiceMode& ModeOf(const Listener& listener) const { return modes[listener.service]; }
  // Whether the endpoint is a listener whose clients get no cookies.
  bool IsUnchallenged(Policy::Role role) const {
    return IsListener(role) && !ModeOf(policy->listener(role.listener)).challenges();
  }
  // Whether what belongs to no flow may be of a connection with it that nobody knows yet.
  bool PassesStrangers(Policy::Role role) const {
    return IsListener(role) && ModeOf(policy->listener(role.listener)).PassesStrangers(now);
  }
  ServiceCounters& CountersOf(const Listener& listener) {
    return service_counters[listener.service];
  }
  // Whether what is decided about its clients is only counted.
  bool IsMonitored(const Listener& listener) const {
    return policy->service(listener).mode == Mode::kMonitor;
  }
  // What would have happened in mode always.
  void CountWould(const Listener& listener, ServiceEvent event) {
    if (IsMonitored(listener)) CountersOf(listener).Count(event);
  }
  FairShare::Holder HolderOf(const Flow& flow) const {
    return {ListenerOf(flow).service, flow.backend, PrefixOf(flow.client)};
  }
  static FlowShares::Holder EntryHolderOf(const Flow& flow) {
    return flow.server_opened ? FlowShares::kServers : PrefixOf(flow.client);
  }
  HandshakeSlot& SlotOf(const Flow& flow) { return slots[flow.delta_or_slot]; }
  // RFC 6437 3. Hashed once more: who could read the flow table's hash would aim at its buckets.
  uint32_t FlowLabelOf(FlowTable::Hash hash) const {
    return static_cast<uint32_t>(FoldHash(label_key, hash) >> 44);
  }
  bool IsFresh(const Flow& flow) const {
    return static_cast<uint16_t>(tick - flow.last_seen) < fresh_ticks;
  }
  bool IsIdle(const Flow& flow) const { return flow.IdleAt(now) >= policy->cookie_life(); }
};

// A frame with what the first stages of a burst found out about it.
struct Subject {
  Subject() = default;
  // Parsed in place: a Packet is too large to be copied per frame.
  Subject(Side side, FrameBuffer& frame) : packet(ParseFrame(frame)), side(side) {}

  Packet packet;
  Side side = Side::kOutside;
  Policy::Role role;  // of the server's endpoint
  FlowKey key;
  FlowTable::Hash hash = 0;
  uint8_t baked = 0;                       // plain SYNs: index of their cookie in the batch
  uint8_t claim = PlainSegment::kNoClaim;  // ACKs: index of their cookie, if it was verified

  // What is wrong with its checksums: summed once, before it decides something.
  Reason Damage() {
    if (!damage_) damage_ = JudgeChecksums(packet);
    return *damage_;
  }

  bool IsService() const { return side == Side::kOutside ? role.listener != 0 : role.backend != 0; }
  uint16_t id() const { return side == Side::kOutside ? role.listener : role.backend; }

 private:
  std::optional<Reason> damage_;
};

}  // namespace synsplice
