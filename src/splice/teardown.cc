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

Seconds TimeoutOfPhase(const Context& context, Phase phase) {
  const TimeoutConfig& timeouts = context.policy->config().timeouts;
  const auto cookie_life = std::chrono::duration_cast<Seconds>(context.policy->cookie_life());
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

}  // namespace

void MovePhase(Context& context, Flow& flow, PhaseEvent event) {
  const Phase before = flow.phase(), after = Next(before, event);
  if (before == after) return;
  ServiceCounters& counters = context.CountersOf(context.ListenerOf(flow));
  counters.Leave(before);
  counters.Enter(after);
  flow.set_phase(after);
  // An aborted one counts: its backend may have it (rule 15).
  if (!IsLive(before) || IsLive(after)) return;
  GiveBackConnlimit(context, flow);
  context.flow_shares.Give(Context::EntryHolderOf(flow));
}

void DiscardHeld(Context& context, Flow& flow) {
  EndHold(context, flow, Outbox::SlotEvent::Kind::kDiscard);
}

void EndWait(Context& context, Flow& flow, Outbox::SlotEvent::Kind held) {
  EndHold(context, flow, held);
  context.openings[flow.backend].under_way -= context.SlotOf(flow).opening;
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
  if (IsLive(flow.phase())) context.flow_shares.Give(Context::EntryHolderOf(flow));
  context.CountersOf(context.ListenerOf(flow)).Leave(flow.phase());
  context.flows.Remove(flow);
}

// RFC 5382 REQ-5: what nobody has answered is transitory.
Seconds TimeoutOf(const Context& context, const Flow& flow) {
  const Seconds of_phase = TimeoutOfPhase(context, flow.phase());
  return flow.unanswered ? std::min(of_phase, context.policy->config().timeouts.closing) : of_phase;
}

bool IsExpired(const Context& context, const Flow& flow) {
  if (context.IsFresh(flow)) return false;
  return flow.IdleAt(context.now) > TimeoutOf(context, flow);
}

}  // namespace synsplice
