#include "turns.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "backend.h"
#include "backend_choice.h"

namespace synsplice {
namespace {

// Each makes two frames and one slot event at most: the Outbox holds them with those of other
// timers.
constexpr int kTurnsPerTick = kMaxBurst / 4;
constexpr size_t kLooksPerTick = 64;

bool HasRoom(const Context& context, BackendId backend) {
  const uint32_t most = context.policy->OpeningOf(backend).max_opening;
  const auto workers = static_cast<uint32_t>(context.shared.state.places.workers.size());
  return most == 0 || context.openings[backend].under_way < std::max(most / workers, 1u);
}

void Call(Context& context, Flow& flow) {
  HandshakeSlot& slot = context.SlotOf(flow);
  slot.called = slot.opening = true;
  ++context.openings[flow.backend].under_way;
  CallBackend(context, flow);
}

constexpr LineId LineOf(BackendId backend, unsigned place) {
  return static_cast<LineId>(kFirstOfBackends + backend * kLinesOfBackend + place);
}

// Who is the backend's next; kNone: nobody waits. Every second turn is that of the first line,
// every fourth that of the second, and so on; that of an empty line is the first one's who waits.
SlotIndex NextOf(const Context& context, BackendId backend) {
  const auto turn = static_cast<unsigned>(std::countr_zero(context.openings[backend].turns + 1));
  SlotIndex next = context.slots.FirstIn(LineOf(backend, std::min(turn, kLinesOfBackend - 1)));
  for (unsigned i = 0; i < kLinesOfBackend && next == HandshakeSlots::kNone; ++i) {
    next = context.slots.FirstIn(LineOf(backend, i));
  }
  return next;
}

// His network's handshakes are 1, up to 4, up to 16, or more, with this one.
LineId LineFor(const Context& context, const Flow& flow) {
  const uint32_t others = context.slot_shares.OfPrefix(PrefixOf(flow.client)) - 1;
  const unsigned behind = (static_cast<unsigned>(std::bit_width(others)) + 1) / 2;
  return LineOf(flow.backend, std::min(behind, kLinesOfBackend - 1));
}

// At once, if nobody waits.
void ComeToBackend(Context& context, Flow& flow) {
  const bool alone =
      context.slots.busy_lines().empty() || NextOf(context, flow.backend) == HandshakeSlots::kNone;
  if (alone && HasRoom(context, flow.backend)) return Call(context, flow);
  const Milliseconds patience = context.policy->OpeningOf(flow.backend).opening_queue;
  context.slots.Join(flow.delta_or_slot, LineFor(context, flow), context.now + patience);
}

void MoveTo(Context& context, Flow& flow, BackendId backend) {
  const uint16_t held = context.SlotOf(flow).held_frames;
  context.slot_shares.Give(context.HolderOf(flow), 1);
  context.held_shares.Give(context.HolderOf(flow), held);
  flow.backend = backend;
  context.slot_shares.Take(context.HolderOf(flow));
  for (uint16_t i = 0; i < held; ++i) context.held_shares.Take(context.HolderOf(flow));
  ComeToBackend(context, flow);
}

// The backend has gone while the client stood in its line: another one takes him, if there is one.
bool TakeElsewhere(Context& context, Flow& flow) {
  if (IsWanted(context, flow.backend)) return false;
  const FlowKey key{flow.client, flow.client_port, flow.packed_vids(),
                    context.ListenerOf(flow).group};
  const Caller caller{key, context.flows.HashOf(key), flow.listener};
  const BackendChoice choice = ChooseBackend(context, caller, &flow);
  if (choice.reason != Reason::kNone || choice.backend == flow.backend) return false;
  if (choice.has_ended) RemoveEnded(context, caller, choice.backend);
  MoveTo(context, flow, choice.backend);
  return true;
}

void RefuseBusy(Context& context, Flow& flow) {
  context.counters.Count(Reason::kBackendBusy);
  context.CountersOf(context.ListenerOf(flow)).Count(ServiceEvent::kBackendBusyRejections);
  EndHandshake(context, flow);
}

Flow& FlowIn(Context& context, SlotIndex slot) {
  return context.flows.At(context.slots[slot].flow_index);
}

// The first one of one of a backend's lines: false if he goes on waiting, and those before him.
bool ServeBackend(Context& context, Flow& flow, Time deadline) {
  if (TakeElsewhere(context, flow)) return true;
  if (HasRoom(context, flow.backend)) {
    Call(context, FlowIn(context, NextOf(context, flow.backend)));
    return ++context.openings[flow.backend].turns, true;
  }
  if (deadline > context.now) return false;
  return RefuseBusy(context, flow), true;
}

bool Serve(Context& context, LineId line) {
  const SlotIndex index = context.slots.FirstIn(line);
  const HandshakeSlot& slot = context.slots[index];
  Flow& flow = FlowIn(context, index);
  if (line >= kFirstOfBackends) return ServeBackend(context, flow, slot.deadline);
  if (slot.deadline > context.now) return false;
  if (!TakeElsewhere(context, flow)) ComeToBackend(context, flow);
  return true;
}

}  // namespace

std::array<LineId, 1 + kLinesOfBackend> LinesOf(const FairShare::Holder& holder) {
  std::array<LineId, 1 + kLinesOfBackend> lines{holder.service};
  std::iota(lines.begin() + 1, lines.end(), LineOf(holder.backend, 0));
  return lines;
}

void AwaitTurn(Context& context, Flow& flow, Time at) {
  if (at <= context.now) return ComeToBackend(context, flow);
  context.slots.Join(flow.delta_or_slot, LinesOf(context.HolderOf(flow))[0], at);
}

// One of each line after another, until all of them wait. Where many lines are stuck a call may not
// come round: it is called again as long as it serves anybody.
bool RunTurns(Context& context) {
  int turns = kTurnsPerTick;
  size_t in_vain = 0;
  for (size_t looks = 0; looks < kLooksPerTick && turns > 0; ++looks) {
    const auto busy = context.slots.busy_lines();
    if (in_vain >= busy.size()) return false;
    const bool served = Serve(context, busy[context.line_looked_at++ % busy.size()]);
    in_vain = served ? 0 : in_vain + 1;
    turns -= served;
  }
  return turns < kTurnsPerTick;
}

}  // namespace synsplice
