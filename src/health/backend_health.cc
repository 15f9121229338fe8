#include "backend_health.h"

#include <algorithm>

#include "synsplice/base/siphash.h"

namespace synsplice {
namespace {

// A backend that has come back begins with one client of so many.
constexpr uint32_t kFirstShare = 16;

}  // namespace

// Listeners share rings: there are no more of those.
BackendHealth::BackendHealth(const Policy& policy)
    : policy_(&policy), states_(policy.backend_count()), downs_(policy.listener_count()) {}

void BackendHealth::Reserve() {
  states_.reserve(kMostEndpoints);
  downs_.reserve(kMostEndpoints);
}

// Rings are numbered anew.
void BackendHealth::Adopt(const Policy& policy, Time now) {
  const Policy& before = *policy_;
  policy_ = &policy;
  for (size_t i = 1; i < states_.size(); ++i) {
    const auto id = static_cast<BackendId>(i);
    if (policy.SlowStartOf(id) == Seconds(0)) states_[i].slow_until = {};
    if (before.backend(id).drained && !policy.backend(id).drained) StartSlowly(id, now);
  }
  states_.resize(policy.backend_count());
  downs_.assign(policy.listener_count(), {});
  FindCommon();
}

void BackendHealth::FindCommon() {
  uint16_t next = 0;  // rings are numbered in the order of the listeners
  for (size_t id = 1; id < policy_->listener_count(); ++id) {
    const Listener& listener = policy_->listener(static_cast<ListenerId>(id));
    if (listener.ring == next) downs_[next++] = Common(listener);
  }
}

// Those for whom all backends are down that may get somebody. Handshakes of a removed listener end,
// too.
BackendHealth::Down BackendHealth::Common(const Listener& listener) const {
  Down common{Time::max(), true, 0};
  bool any = false;
  for (size_t i = 0; i < listener.backends.size(); ++i) {
    const BackendId id = listener.backends[i];
    if (policy_->backend(id).drained || listener.weights[i] == 0) continue;
    any = true;
    if (states_[id].checked_down) continue;
    const Down& down = states_[id].down;
    common.until = std::min(common.until, down.until);
    if (down.everyone) continue;
    if (!common.everyone && common.prefix != down.prefix) return {};
    common.everyone = false;
    common.prefix = down.prefix;
  }
  return any ? common : Down{};
}

void BackendHealth::OnFailure(const Listener& listener, BackendId backend, uint64_t prefix,
                              Time now) {
  State& state = states_[backend];
  if (state.checked_down || state.down.IsFor(prefix, now)) return;
  if (state.failures == 0) state.since = now, state.prefix = prefix, state.several = false;
  state.failures = std::min(state.failures + 1, kFailures);
  state.several |= prefix != state.prefix;
  if (state.failures < kFailures || now < state.since + kFailingFor) return;
  const bool others_met_it = now < state.down.until;
  state.failures = 0;
  state.down = {now + kDownFor, state.several || others_met_it, prefix};
  if (state.down.everyone) StartSlowly(backend, state.down.until);
  downs_[listener.ring] = Common(listener);
}

void BackendHealth::OnSuccess(const Listener& listener, BackendId backend) {
  State& state = states_[backend];
  state.failures = 0;
  state.down = {};
  if (downs_[listener.ring].until != Time{}) downs_[listener.ring] = Common(listener);
}

void BackendHealth::Follow(const BackendChecks& checks) {
  for (size_t i = 1; i < states_.size(); ++i) {
    const auto id = static_cast<BackendId>(i);
    const BackendChecks::Record& record = checks.Of(id);
    const bool down = record.down.load(std::memory_order_relaxed);
    if (down == states_[i].checked_down) continue;
    states_[i].checked_down = down;
    if (down) continue;
    states_[i].down = {};
    StartSlowly(id, FromMilliseconds(record.changed_at.load(std::memory_order_relaxed)));
  }
  FindCommon();
}

void BackendHealth::StartSlowly(BackendId backend, Time from) {
  State& state = states_[backend];
  if (policy_->SlowStartOf(backend) == Seconds(0)) return;
  state.slow_from = from;
  state.slow_until = from + policy_->SlowStartOf(backend);
}

bool BackendHealth::IsAmongFirst(const State& state, const Address& client, Time now) {
  constexpr int64_t kAll = int64_t{1} << 32;
  const Milliseconds passed = now - state.slow_from, whole = state.slow_until - state.slow_from;
  const int64_t share = std::max(kAll / kFirstShare, passed.count() * kAll / whole.count());
  // Another hash than the ring's, whose neighbours have the same backend.
  return static_cast<int64_t>(SipHash<1, 3>({1, 0}, client.bytes) >> 32) < share;
}

}  // namespace synsplice
