#include "backend_health.h"

#include <algorithm>

namespace synsplice {

// Listeners share rings: there are no more of those.
BackendHealth::BackendHealth(const Policy& policy)
    : states_(policy.backend_count()), downs_(policy.listener_count()) {}

void BackendHealth::Reserve() {
  states_.reserve(kMostEndpoints);
  downs_.reserve(kMostEndpoints);
}

// Rings are numbered anew.
void BackendHealth::Adopt(const Policy& policy) {
  states_.resize(policy.backend_count());
  downs_.assign(policy.listener_count(), {});
  uint16_t next = 0;  // rings are numbered in the order of the listeners
  for (size_t id = 1; id < policy.listener_count(); ++id) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(id));
    if (listener.ring == next) downs_[next++] = Common(listener);
  }
}

// Those for whom all backends are down. Handshakes of a removed listener end, too.
BackendHealth::Down BackendHealth::Common(const Listener& listener) const {
  if (listener.IsRemoved()) return {};
  Down common = states_[listener.backends.front()].down;
  for (const BackendId id : listener.backends) {
    const Down& down = states_[id].down;
    common.until = std::min(common.until, down.until);
    if (down.everyone) continue;
    if (!common.everyone && common.prefix != down.prefix) return {};
    common.everyone = false;
    common.prefix = down.prefix;
  }
  return common;
}

void BackendHealth::OnFailure(const Listener& listener, BackendId backend, uint64_t prefix,
                              Time now) {
  State& state = states_[backend];
  if (state.down.IsFor(prefix, now)) return;
  if (state.failures == 0) state = {0, now, prefix, false, state.down};
  state.failures = std::min(state.failures + 1, kFailures);
  state.several |= prefix != state.prefix;
  if (state.failures < kFailures || now < state.since + kFailingFor) return;
  const bool others_met_it = now < state.down.until;
  state = {.down = {now + kDownFor, state.several || others_met_it, prefix}};
  downs_[listener.ring] = Common(listener);
}

void BackendHealth::OnSuccess(const Listener& listener, BackendId backend) {
  states_[backend] = {};
  downs_[listener.ring] = {};
}

}  // namespace synsplice
