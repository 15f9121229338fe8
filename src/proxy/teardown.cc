#include "teardown.h"

#include <algorithm>

namespace synsplice {
namespace {

void GiveBackConnlimit(Context& context, Flow& flow) {
  if (!flow.counted) return;
  flow.counted = 0;
  context.shared.connlimit.Release(flow.connlimit_slot());
}

void EndHold(Context& context, Flow& flow, Outbox::SlotEvent::Kind kind) {
  HandshakeSlot& slot = context.SlotOf(flow);
  if (slot.held_frames == 0) return;
  context.held_shares.Give(context.HolderOf(flow), slot.held_frames);
  slot.held_frames = 0;
  context.outbox->Add({kind, flow.delta_or_slot});
}

// Rule 21: lower goes first, negative stays. Among equals the longest idle goes.
int64_t EvictionRank(Context& context, const Flow& flow) {
  constexpr int64_t kClass = 1 << 20;
  const TimeoutConfig& timeouts = context.policy.config().timeouts;
  const int64_t freshness = kClass - 1 - flow.IdleAt(context.now).count();
  switch (flow.phase()) {
    case Phase::kClosed:
    case Phase::kRefused:
      return freshness;
    case Phase::kTimeWait:
      return kClass + freshness;
    case Phase::kClosing:
      return 2 * kClass + freshness;
    case Phase::kWaiting:
    case Phase::kAborted:
      if (context.now - context.SlotOf(flow).opened <= timeouts.evictable_wait) return -1;
      return 3 * kClass + freshness;
    case Phase::kEstablished:
    case Phase::kClientClosed:
    case Phase::kServerClosed:
      if (flow.IdleAt(context.now) <= timeouts.evictable_idle) return -1;
      return 4 * kClass + freshness;
  }
  return -1;
}

}  // namespace

void MovePhase(Context& context, Flow& flow, PhaseEvent event) {
  flow.set_phase(Next(flow.phase(), event));
  // An aborted one counts: its backend may have it (rule 15).
  if (!IsLive(flow.phase())) GiveBackConnlimit(context, flow);
}

void DiscardHeld(Context& context, Flow& flow) {
  EndHold(context, flow, Outbox::SlotEvent::Kind::kDiscard);
}

void EndWait(Context& context, Flow& flow, Outbox::SlotEvent::Kind held) {
  EndHold(context, flow, held);
  context.slot_shares.Give(context.HolderOf(flow), 1);
  context.slots.Free(flow.delta_or_slot);
}

void RefuseFlow(Context& context, Flow& flow) {
  EndWait(context, flow, Outbox::SlotEvent::Kind::kDiscard);
  MovePhase(context, flow, PhaseEvent::kRefuse);
  flow.last_seen = ToTick(context.now);
}

void RemoveFlow(Context& context, Flow& flow) {
  if (IsWaiting(flow.phase())) EndWait(context, flow, Outbox::SlotEvent::Kind::kDiscard);
  GiveBackConnlimit(context, flow);
  context.flows.Remove(flow);
}

Seconds TimeoutOf(const Context& context, Phase phase) {
  const TimeoutConfig& timeouts = context.policy.config().timeouts;
  const auto cookie_life = std::chrono::duration_cast<Seconds>(context.policy.cookie_life());
  switch (phase) {
    case Phase::kWaiting:
    case Phase::kAborted:
      break;
    case Phase::kEstablished:
      return timeouts.established;
    case Phase::kClientClosed:
      return timeouts.client_closed;
    case Phase::kServerClosed:
      return timeouts.server_closed;
    case Phase::kClosing:
      return timeouts.closing;
    case Phase::kTimeWait:
      return timeouts.time_wait;
    case Phase::kClosed:
      return timeouts.closed.value_or(cookie_life);
    case Phase::kRefused:
      return timeouts.refused.value_or(cookie_life);
  }
  return Seconds::max();
}

bool IsExpired(const Context& context, const Flow& flow) {
  return flow.IdleAt(context.now) > TimeoutOf(context, flow.phase());
}

Flow* InsertFlow(Context& context, const Subject& subject, uint16_t listener) {
  Flow* flow = context.flows.Insert(subject.hash, subject.key, listener);
  if (flow) return flow;
  Flow* victim = context.flows.ChooseVictim(
      subject.hash, [&](const Flow& candidate) { return EvictionRank(context, candidate); });
  if (!victim) return nullptr;
  context.counters.Count(Event::kFlowsEvicted);
  RemoveFlow(context, *victim);
  return context.flows.Insert(subject.hash, subject.key, listener);
}

}  // namespace synsplice
