#include "backend_health.h"

#include <algorithm>

namespace synsplice {

// Listeners share rings: there are no more of those.
BackendHealth::BackendHealth(const Policy& policy)
    : states_(policy.backend_count()), down_until_(policy.listener_count()) {}

void BackendHealth::OnFailure(const Listener& listener, BackendId backend, Time now) {
  State& state = states_[backend];
  if (now < state.down_until) return;
  if (state.failures == 0) state.since = now;
  state.failures = std::min(state.failures + 1, kFailures);
  if (state.failures < kFailures || now < state.since + kFailingFor) return;
  state = {0, {}, now + kDownFor};
  Time first = state.down_until;
  for (const BackendId id : listener.backends) first = std::min(first, states_[id].down_until);
  down_until_[listener.ring] = first;
}

void BackendHealth::OnSuccess(const Listener& listener, BackendId backend) {
  states_[backend] = {};
  down_until_[listener.ring] = {};
}

}  // namespace synsplice
