#include "timers.h"

#include <algorithm>

#include "open/backend.h"
#include "open/backend_check.h"
#include "open/turns.h"
#include "splice/teardown.h"
#include "splice/translate.h"
#include "state/adaptive.h"
#include "state/epoch_turn.h"

namespace synsplice {
namespace {

// A handshake makes at most two frames and one slot event: the Outbox holds them all.
constexpr int kHandshakesPerTick = kMaxBurst / 2;
constexpr int kNeighbourWakesPerTick = kMaxBurst / 2;
constexpr int kNeighbourVisitsPerTick = 256;
// The sweep looks at every entry once in this time, but at no more than so many in one call and in
// one millisecond: the time that it takes of a second has a bound, a huge table has longer rounds.
constexpr Milliseconds kSweepPeriod{kTick};
constexpr int64_t kSweepBudget = 4096;

// The kind of wait that is over for longest, kWaitKinds if none is.
uint8_t DueWait(const Context& context) {
  uint8_t due = kWaitKinds;
  Time earliest = context.now;
  for (uint8_t kind = 0; kind < kWaitKinds; ++kind) {
    const SlotIndex first = context.slots.First(kind);
    if (first == HandshakeSlots::kNone) continue;
    const Time deadline = context.slots[first].deadline;
    if (deadline > earliest) continue;
    earliest = deadline;
    due = kind;
  }
  return due;
}

bool RunHandshakes(Context& context) {
  for (int i = 0; i < kHandshakesPerTick; ++i) {
    const uint8_t kind = DueWait(context);
    if (kind == kWaitKinds) return false;
    OnWaitOver(context, context.slots.First(kind));
  }
  return DueWait(context) != kWaitKinds;
}

// A MAC was learned: whoever waits for it goes on at once (rule 36). A walk that is not done in
// this call goes on in the next; a MAC that becomes known meanwhile begins another one behind it.
bool WakeNeighbourWaiters(Context& context) {
  const uint64_t generation = context.shared.neighbours.generation();
  int wakes = kNeighbourWakesPerTick;
  for (int visits = 0; visits < kNeighbourVisitsPerTick && wakes > 0; ++visits) {
    if (!context.slots.IsWalking()) {
      if (generation == context.neighbour_generation) return false;
      context.neighbour_generation = generation;
      context.slots.BeginWalk();
      if (!context.slots.IsWalking()) return false;
    }
    Flow& flow = context.flows.At(context.slots[context.slots.Step()].flow_index);
    if (flow.phase() != Phase::kWaiting || !NextHopOf(context, flow).IsKnown()) continue;
    CallBackend(context, flow);
    --wakes;
  }
  return true;
}

// What was heard before proves nothing any more.
void TakeSuspicion(Context& context) {
  const uint64_t suspicion = context.shared.neighbours.suspicion();
  if (suspicion == context.neighbour_suspicion) return;
  context.neighbour_suspicion = suspicion;
  context.heard.Forget();
}

bool Sweep(Context& context) {
  const auto capacity = static_cast<int64_t>(context.flows.capacity());
  if (context.flows.size() == 0) {
    context.swept_at = context.now;
    return false;
  }
  const int64_t period = std::max(kSweepPeriod.count(), capacity / kSweepBudget);
  const int64_t elapsed = std::min((context.now - context.swept_at).count(), period);
  const int64_t due = elapsed * capacity / period;
  const int64_t count = std::min(due, kSweepBudget);
  if (count == 0) return false;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t index = context.sweep_index;
    context.sweep_index = index + 1 == capacity ? 0 : index + 1;
    if (!context.flows.IsLive(index) || !IsExpired(context, context.flows.At(index))) continue;
    RemoveFlow(context, context.flows.At(index));
    context.counters.Count(Event::kFlowsExpired);
  }
  // What the budget left over stays due.
  context.swept_at = context.now - Milliseconds((due - count) * period / capacity);
  return due > count;
}

// Once a second: a flood begins and ends by the second.
void Publish(Context& context) {
  if (context.published == context.second) return;
  context.published = context.second;
  context.sources.Publish(context.second);
  for (size_t i = 0; i < context.flood.size(); ++i) {
    context.service_counters[i].SetFlooded(context.flood[i].IsFlooded(context.second));
  }
}

}  // namespace

bool RunTimers(Context& context) {
  Publish(context);
  FollowLoads(context);
  TakeSuspicion(context);
  RunChecks(context);
  const bool handshakes = RunHandshakes(context);
  const bool turns = RunTurns(context);
  const bool waiters = WakeNeighbourWaiters(context);
  const bool sweep = Sweep(context);
  const bool epoch = PrepareEpoch(context);
  return handshakes || turns || waiters || sweep || epoch;
}

}  // namespace synsplice
