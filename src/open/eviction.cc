#include "eviction.h"

#include "backend.h"
#include "turns.h"

namespace synsplice {
namespace {

// How many of each FIFO are looked at: the oldest ones. What a newcomer costs stays bounded.
constexpr int kAbortedLookedAt = 4;
constexpr int kWaitingLookedAt = 2;

// The heaviest holder's handshake, of those that `newcomer` may replace.
class Choice {
 public:
  Choice(Context& context, const FairShare::Holder& newcomer)
      : context_(context), newcomer_(newcomer) {}

  void Consider(SlotIndex slot) {
    const Flow& flow = context_.flows.At(context_.slots[slot].flow_index);
    const FairShare::Holder holder = context_.HolderOf(flow);
    if (!context_.slot_shares.MayReplace(holder, newcomer_)) return;
    const uint64_t weight = context_.slot_shares.WeightOf(holder);
    if (weight <= weight_) return;
    weight_ = weight;
    slot_ = slot;
  }
  SlotIndex slot() const { return slot_; }

 private:
  Context& context_;
  FairShare::Holder newcomer_;
  SlotIndex slot_ = HandshakeSlots::kNone;
  uint64_t weight_ = 0;
};

SlotIndex ChooseAborted(Context& context, const FairShare::Holder& newcomer) {
  Choice choice(context, newcomer);
  SlotIndex slot = context.slots.FirstAborted();
  for (int i = 0; i < kAbortedLookedAt && slot != HandshakeSlots::kNone; ++i) {
    choice.Consider(slot);
    slot = context.slots.BehindAborted(slot);
  }
  return choice.slot();
}

void ConsiderFrom(const Context& context, SlotIndex slot, Choice& choice) {
  const Seconds evictable = context.policy->config().timeouts.evictable_wait;
  for (int i = 0; i < kWaitingLookedAt && slot != HandshakeSlots::kNone; ++i) {
    if (context.now - context.slots[slot].opened > evictable) choice.Consider(slot);
    slot = context.slots.Behind(slot);
  }
}

// Of the many lines for a turn those that the newcomer would stand in.
SlotIndex ChooseUnanswered(Context& context, const FairShare::Holder& newcomer) {
  Choice choice(context, newcomer);
  for (uint8_t kind = 0; kind < kWaitKinds; ++kind) {
    ConsiderFrom(context, context.slots.First(kind), choice);
  }
  for (const LineId line : LinesOf(newcomer)) {
    ConsiderFrom(context, context.slots.FirstIn(line), choice);
  }
  return choice.slot();
}

bool MakeRoom(Context& context, const FairShare::Holder& newcomer) {
  SlotIndex victim = ChooseAborted(context, newcomer);
  if (victim == HandshakeSlots::kNone) victim = ChooseUnanswered(context, newcomer);
  if (victim == HandshakeSlots::kNone) return false;
  context.counters.Count(Event::kHandshakesEvicted);
  EndHandshake(context, context.flows.At(context.slots[victim].flow_index));
  return true;
}

}  // namespace

SlotIndex TakeSlot(Context& context, const FairShare::Holder& holder) {
  if (!context.slot_shares.Fits(holder) && !MakeRoom(context, holder)) {
    return HandshakeSlots::kNone;
  }
  context.slot_shares.Take(holder);
  return context.slots.Allocate();
}

}  // namespace synsplice
