#include "backend_choice.h"

#include "splice/teardown.h"

namespace synsplice {
namespace {

std::optional<BackendId> ChooseFor(const Context& context, const Listener& listener,
                                   const Address& client, const BackendsInUse& in_use) {
  const Policy& policy = *context.policy;
  const BackendHealth& health = context.health;
  const auto first = policy.ChooseBackend(listener, client, in_use);
  if (!first || health.Takes(*first, client, context.now)) return first;
  const auto is_up = [&](BackendId id) {
    return !in_use.Has(id) && !health.IsDownForAll(id, context.now);
  };
  const auto takes = [&](BackendId id) {
    return is_up(id) && health.Takes(id, client, context.now);
  };
  const BackendRing& ring = policy.RingOf(listener);
  auto other = ring.ChooseOther(client, BackendRing::kMostLooks, takes);
  if (!other && !is_up(*first)) {
    other = ring.ChooseOther(client, BackendRing::kMostLooks, is_up);
  }
  return other ? other : first;
}

}  // namespace

// Two live flows of one client endpoint must not meet at one backend endpoint: their segments from
// inside could not be told apart, and a closing one may still deliver. One look at the few entries
// that can be such flows, whatever the number of backends.
BackendChoice ChooseBackend(const Context& context, const Caller& caller, const Flow* own) {
  const Listener& listener = context.policy->listener(caller.listener);
  static_assert(BackendsInUse::kMost == FlowTable::kCandidates);
  BackendsInUse in_use;
  bool has_ended = false;
  context.flows.ForEachOf(caller.hash, caller.key, [&](const Flow& flow) {
    if (&flow == own) return;
    if (IsLive(flow.phase()) && !IsExpired(context, flow)) {
      in_use.Add(flow.backend);
    } else {
      has_ended = true;
    }
  });
  const auto backend = ChooseFor(context, listener, caller.key.client, in_use);
  if (backend) return {*backend, Reason::kNone, has_ended};
  return {0, context.policy->IsOpen(listener) ? Reason::kBackendTupleInUse : Reason::kNoBackend};
}

void RemoveEnded(Context& context, const Caller& caller, BackendId backend) {
  Flow* ended = context.flows.Find(caller.hash, caller.key, Side::kInside, backend);
  if (ended) RemoveFlow(context, *ended);
}

bool IsWanted(const Context& context, BackendId id) {
  const Backend& backend = context.policy->backend(id);
  return !backend.removed && !backend.drained && !context.health.IsDownForAll(id, context.now);
}

}  // namespace synsplice
