#include "synsplice/proxy/proxy.h"

#include <array>
#include <memory>

#include "answer/answer.h"
#include "answer/cookie_answer.h"
#include "answer/lists.h"
#include "answer/neighbours.h"
#include "bridge.h"
#include "edge/fragments.h"
#include "edge/icmp_errors.h"
#include "edge/police.h"
#include "edge/signed_segments.h"
#include "open/backend.h"
#include "open/backend_check.h"
#include "open/handshake.h"
#include "plain.h"
#include "requests.h"
#include "segments.h"
#include "splice/teardown.h"
#include "state/context.h"
#include "state/epoch_turn.h"
#include "synsplice/base/check.h"
#include "synsplice/flow/entry_fetch.h"
#include "timers.h"

namespace synsplice {
namespace {

// The endpoint of the pair that belongs to a service, and the client's.
const Endpoint& ServerEnd(const Packet& packet, Side side) {
  return side == Side::kOutside ? packet.destination : packet.source;
}
const Endpoint& ClientEnd(const Packet& packet, Side side) {
  return side == Side::kOutside ? packet.source : packet.destination;
}

uint16_t GroupOf(const Policy& policy, Side side, Policy::Role role) {
  return side == Side::kOutside ? policy.listener(role.listener).group
                                : policy.backend(role.backend).group;
}

// Finds out whose frame a parsed subject is.
void Classify(const Policy& policy, const FlowTable& flows, Subject& subject) {
  const Packet& packet = subject.packet;
  if (packet.kind != Packet::Kind::kTcp) return;
  subject.role = policy.Find(ServerEnd(packet, subject.side), packet.vids);
  if (!subject.IsService()) return;
  // Field by field: a key returned as a whole would wait for its own narrow stores.
  const Endpoint& client = ClientEnd(packet, subject.side);
  subject.key.client = client.address;
  subject.key.client_port = client.port;
  subject.key.packed_vids = packet.vids.Packed();
  subject.key.group = GroupOf(policy, subject.side, subject.role);
  subject.hash = flows.HashOf(subject.key);
}

// Broken TCP is ours when its address is, and its port too if it could be read: a receiver may be
// less strict.
bool IsBrokenService(const Policy& policy, const Subject& subject) {
  const Endpoint& server = ServerEnd(subject.packet, subject.side);
  const Vids vids = subject.packet.vids;
  const bool outside = subject.side == Side::kOutside;
  if (server.port != 0) {
    const Policy::Role role = policy.Find(server, vids);
    return outside ? policy.IsGuarded(role) : policy.IsGuardedBackend(role);
  }
  return outside ? policy.IsGuardedAddress(server.address, vids)
                 : policy.IsGuardedBackendAddress(server.address, vids);
}

Flow* LiveFlow(Context& context, const Subject& subject) {
  Flow* flow = context.flows.Find(subject.hash, subject.key, subject.side, subject.id());
  if (!flow || !IsExpired(context, *flow)) return flow;
  RemoveFlow(context, *flow);
  context.counters.Count(Event::kFlowsExpired);
  return nullptr;
}

// The one door for checksums: a SYN, FIN or RST decides something, whatever it meets (rules 13, 15,
// 18, 19). Other segments decide nothing unless their cookie does, or somebody answers them.
Reason DamageOfDecisive(Subject& subject) {
  return subject.packet.flags & (kSyn | kFin | kRst) ? subject.Damage() : Reason::kNone;
}

// What floods of FINs have that no stack sends; of no connection, neither of one that is not known
// yet.
bool IsStrayFin(Context& context, const Subject& subject) {
  return (subject.packet.flags & (kSyn | kAck | kRst | kFin)) == kFin &&
         !context.PassesStrangers(subject.role) && !LiveFlow(context, subject);
}

Verdict JudgeOutside(Context& context, Subject& subject) {
  if (const Reason reason = JudgeFlags(subject.packet.flags); reason != Reason::kNone) {
    if (IsStrayFin(context, subject)) CountStray(context, subject, ServiceEvent::kStrayFins);
    return Verdict::Drop(reason);
  }
  if (const Reason damage = DamageOfDecisive(subject); damage != Reason::kNone) {
    return Verdict::Drop(damage);
  }
  Flow* flow = LiveFlow(context, subject);
  if (!flow) return OnStranger(context, subject);
  if (IsPlainSyn(subject.packet)) return OnSynAtFlow(context, subject, *flow);
  if (IsWaiting(flow->phase())) return OnClientWhileWaiting(context, subject, *flow);
  if (flow->phase() == Phase::kRefused) return OnClientRefused(context, subject, *flow);
  return OnClientSegment(context, subject, *flow);
}

// None of the service's: the backend talks to somebody without us.
bool IsDirect(const Context& context, const Subject& subject) {
  return !context.IsListener(subject.role) &&
         context.policy->backend(subject.role.backend).direct_bridge;
}

Verdict JudgeInside(Context& context, Subject& subject) {
  NoteBackendHeard(context, subject);
  if (context.policy->backend(subject.role.backend).checked) {
    if (const auto verdict = OnCheckAnswer(context, subject)) return *verdict;
  }
  Flow* flow = LiveFlow(context, subject);
  if (!flow && IsDirect(context, subject)) return BridgeFrame(context, subject);
  if (const Reason damage = DamageOfDecisive(subject); damage != Reason::kNone) {
    return Verdict::Drop(damage);
  }
  if (!flow) return OnBackendStranger(context, subject);
  if (IsWaiting(flow->phase())) return OnBackendWhileWaiting(context, subject, *flow);
  return OnBackendSegment(context, subject, *flow);
}

Verdict DecideService(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  if (packet.options.is_signed) {
    const auto verdict = OnSignedSegment(context, subject, LiveFlow(context, subject));
    if (verdict) return *verdict;
  }
  if (packet.IsFragment()) return OnFirstFragment(context, subject, LiveFlow(context, subject));
  return subject.side == Side::kOutside ? JudgeOutside(context, subject)
                                        : JudgeInside(context, subject);
}

// Rule 43: of no connection, and of a client who shall have none. Whatever form the frame has.
bool IsBlockedStranger(Context& context, Subject& subject) {
  const bool listed = context.lists && subject.side == Side::kOutside &&
                      context.IsListener(subject.role) &&
                      context.lists->MayHold(subject.key.client);
  if (!listed) return false;
  const Flow* flow = LiveFlow(context, subject);
  return (!flow || !IsLive(flow->phase())) && IsBlocked(context, subject);
}

// Nothing of it is translated: the endpoints judge it as if we were not there.
bool IsBetweenEndpoints(const Context& context, const Subject& subject) {
  if (!context.IsUnchallenged(subject.role)) return false;
  const Flow* flow = context.flows.Find(subject.hash, subject.key, subject.side, subject.id());
  if (!flow) return !IsChallenged(context, subject);
  return flow->IsNoted() || flow->server_opened;
}

// Rule 37: one way to decide; the mode says what becomes of it.
Verdict JudgeService(Context& context, Subject& subject) {
  // Lists come before the mode.
  if (IsBlockedStranger(context, subject)) return Verdict::Drop(Reason::kListBlock);
  const Verdict verdict = DecideService(context, subject);
  if (verdict.kind != Verdict::Kind::kDrop) return verdict;
  const bool stays = IsAboutOpening(verdict.reason) || !IsBetweenEndpoints(context, subject);
  if (stays) return verdict;
  return PassDropped(context, subject, LiveFlow(context, subject) != nullptr);
}

// Begins a connection in the place of one that has ended.
bool BeginsAnew(Subject& subject, const Flow& flow) {
  return IsPlainSyn(subject.packet) && !IsActive(flow.phase()) && subject.Damage() == Reason::kNone;
}

// Of an endpoint that was removed the flows go on, nothing else is ours.
bool IsOurs(Context& context, Subject& subject) {
  if (!subject.IsService()) return false;
  if (!context.IsRemoved(subject.side, subject.role)) return true;
  Flow* flow = LiveFlow(context, subject);
  if (!flow || !BeginsAnew(subject, *flow)) return flow != nullptr;
  RemoveFlow(context, *flow);
  return false;
}

Verdict JudgeTcp(Context& context, Subject& subject) {
  if (IsOurs(context, subject)) return JudgeService(context, subject);
  // From outside straight to a backend that has a listener elsewhere.
  if (subject.side == Side::kOutside && context.policy->IsGuarded(subject.role)) {
    return Verdict::Drop(Reason::kDirect);
  }
  return BridgeFirst(context, subject);
}

Verdict JudgeOther(Context& context, Subject& subject) {
  if (const auto verdict = OnNeighbourMessage(context, subject)) return *verdict;
  if (subject.packet.kind == Packet::Kind::kIcmp) {
    if (const auto verdict = OnIcmpError(context, subject)) return *verdict;
  }
  return BridgeFrame(context, subject);
}

Verdict Judge(Context& context, Subject& subject) {
  switch (subject.packet.kind) {
    case Packet::Kind::kTcp:
      return JudgeTcp(context, subject);
    case Packet::Kind::kBroken:
      if (IsBrokenService(*context.policy, subject)) return Verdict::Drop(subject.packet.reason);
      return BridgeFirst(context, subject);
    case Packet::Kind::kHidden:
      return Verdict::Drop(subject.packet.reason);
    case Packet::Kind::kLaterFragment:
      return OnLaterFragment(context, subject);
    case Packet::Kind::kOther:
    case Packet::Kind::kArp:
    case Packet::Kind::kIcmp:
      return JudgeOther(context, subject);
  }
  return BridgeFrame(context, subject);
}

void CountTags(Counters& counters, const Packet& packet) {
  if (packet.tags == 0) return;
  counters.Count(packet.tags == 1 ? Event::kTagged : Event::kDoubleTagged);
}

void CountRefusal(Context& context, const Subject& subject, Reason reason) {
  context.counters.Count(reason);
  CountStrayFragment(context, subject, reason);
  const auto event = ServiceEventOf(reason);
  if (!event || subject.role.listener == 0) return;
  context.CountersOf(context.policy->listener(subject.role.listener)).Count(*event);
}

void CountVerdict(Context& context, const Subject& subject, Verdict verdict) {
  static constexpr Event kEvents[] = {Event::kForwarded, Event::kBounced, Event::kHeld,
                                      Event::kConsumed, Event::kDropped};
  context.counters.Count(kEvents[static_cast<int>(verdict.kind)]);
  if (verdict.reason != Reason::kNone) CountRefusal(context, subject, verdict.reason);
}

// The general path has a subject for each frame; plain frames need none.
struct JudgedBurst : Burst {
  std::array<Subject, kMaxBurst> subjects;
};

Subject& Parse(Context& context, JudgedBurst& burst, size_t i) {
  Subject& subject = *std::construct_at(&burst.subjects[i], burst.side, burst.frames[i]);
  Classify(*context.policy, context.flows, subject);
  return subject;
}

// Everything that the judgement of this burst will read is on its way before the first judgement:
// first the lines of tags, then the entries that they name.
void TakeIn(Context& context, JudgedBurst& burst) {
  TakePlain(context, burst);
  if (!burst.Has(PlainFrame::Kind::kGeneral)) return;
  for (size_t i = 0; i < burst.frames.size(); ++i) {
    if (!burst.IsGeneral(i)) continue;
    Subject& subject = Parse(context, burst, i);
    const bool later = subject.packet.kind == Packet::Kind::kLaterFragment;
    if (later || (subject.IsService() && subject.packet.IsFragment())) {
      PrefetchFragment(context, subject);
    }
    if (!subject.IsService()) continue;
    context.flows.Prefetch(subject.hash);
    if (burst.side == Side::kOutside && IsPlainSyn(subject.packet)) FileSyn(context, subject);
  }
  EntryFetch fetch(context.flows, [](size_t) {});
  for (size_t i = 0; i < burst.frames.size(); ++i) {
    if (burst.IsGeneral(i) && burst.subjects[i].IsService()) fetch.Add(i, burst.subjects[i].hash);
  }
  fetch.Finish();
}

void JudgeOne(Context& context, JudgedBurst& burst, size_t i) {
  Subject& subject = burst.subjects[i];
  // Not so plain after all: the flow table has something to say, or a budget.
  if (!burst.IsGeneral(i)) {
    Parse(context, burst, i).baked = burst.plain[i].syn;
    if (burst.IsStranger(i)) {
      subject.claim = context.segments.segments[i].claim;
      FetchOpening(context, burst, i + kOpeningsAhead);
    }
  }
  CountTags(context.counters, subject.packet);
  burst.verdicts[i] = Judge(context, subject);
  CountVerdict(context, subject, burst.verdicts[i]);
}

void JudgeAll(Context& context, JudgedBurst& burst) {
  const size_t count = burst.frames.size();
  for (size_t i = JudgePlain(context, burst, 0); i < count; i = JudgePlain(context, burst, i + 1)) {
    JudgeOne(context, burst, i);
  }
}

}  // namespace

struct Proxy::Impl {
  Impl(const Policy& policy, Shared& shared, SipKey seed, Time start, unsigned worker)
      : context(policy, shared, seed, start, worker) {}

  // Until the shell has emptied the outbox of one call, no freed slot is handed out.
  void Begin(Time now, Outbox& outbox) {
    SYNSPLICE_CHECK(now >= context.now);
    context.now = now;
    context.second = ToSecond(now);
    context.tick = ToTick(now);
    context.outbox = &outbox;
    context.inside_up = context.shared.inside_up.load(std::memory_order_relaxed);
    context.lists = context.shared.lists.load(std::memory_order_acquire);
    if (context.jar.TurnIsDue(now)) TurnEpoch(context);
    context.slots.Recycle();
  }

  Context context;
  JudgedBurst burst;
};

Proxy::Proxy(const Policy& policy, Shared& shared, SipKey seed, Time start, unsigned worker)
    : impl_(std::make_unique<Impl>(policy, shared, seed, start, worker)) {}

Proxy::~Proxy() = default;

void Proxy::Process(Side side, Time now, std::span<FrameBuffer> frames, std::span<Verdict> verdicts,
                    Outbox& outbox) {
  SYNSPLICE_CHECK(frames.size() <= kMaxBurst && frames.size() == verdicts.size());
  impl_->Begin(now, outbox);
  Context& context = impl_->context;
  JudgedBurst& burst = impl_->burst;
  burst.side = side, burst.frames = frames, burst.verdicts = verdicts;
  TakeIn(context, burst);
  BakeCookies(context);
  JudgeAll(context, burst);
  context.counters.Count(side == Side::kOutside ? Event::kOutsideFrames : Event::kInsideFrames,
                         frames.size());
}

bool Proxy::Tick(Time now, Outbox& outbox) {
  impl_->Begin(now, outbox);
  return RunTimers(impl_->context);
}

void Proxy::Answer(Time now, const Request& request, Reply& reply, Outbox& outbox) {
  impl_->Begin(now, outbox);
  AnswerRequest(impl_->context, request, reply);
}

void Proxy::Reserve() { impl_->context.Reserve(); }
const Policy& Proxy::policy() const { return *impl_->context.policy; }

const Counters& Proxy::counters() const { return impl_->context.counters; }
Counters& Proxy::counters() { return impl_->context.counters; }
std::span<const ServiceCounters> Proxy::service_counters() const {
  return impl_->context.service_counters;
}
std::span<const BackendCounters> Proxy::backend_counters() const {
  return impl_->context.backend_counters;
}
RefusedClients& Proxy::refused_clients() { return impl_->context.refused; }
const SourceBoard& Proxy::sources() const { return impl_->context.sources.board(); }
std::span<const Counter> Proxy::list_hits() const { return impl_->context.list_hits; }
ClientNotes& Proxy::notes() { return impl_->context.notes; }
size_t Proxy::flow_count() const { return impl_->context.flows.size(); }
size_t Proxy::handshake_count() const { return impl_->context.slots.in_use(); }

std::optional<Flow> Proxy::Peek(Side side, Time now, std::span<const uint8_t> frame) const {
  FrameBuffer buffer{const_cast<uint8_t*>(frame.data()), static_cast<uint32_t>(frame.size()),
                     static_cast<uint32_t>(frame.size())};
  const FlowTable& flows = impl_->context.flows;
  Subject subject(side, buffer);
  Classify(*impl_->context.policy, flows, subject);
  if (!subject.IsService()) return std::nullopt;
  const Flow* flow = flows.Find(subject.hash, subject.key, side, subject.id());
  if (!flow || flow->IdleAt(now) > TimeoutOf(impl_->context, *flow)) return std::nullopt;
  return *flow;
}

}  // namespace synsplice
