// Which backends are known to be down: their listeners' SYNs get no cookie (rule 14).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/time.h"
#include "synsplice/health/backend_checks.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// Of one worker. A backend is down for a while when handshakes failed one after another, by what it
// said (a RST or an ICMP error for our SYN) or did not say to a client that was there to the end.
// One SYN-ACK and it works. What checks have found out is known to all workers, and comes on top.
//
// A backend may refuse or ignore some clients only (a filter of its own), and those may be an
// attacker's: they must not keep the others out. So failures must go on for some time without any
// success, which a service that is in use does not show, and what only one network's clients met
// holds for that network only. And the state ends by itself: what is let through to try a backend
// must not be single SYNs, which a flood would take from the clients. After `kDownFor` all SYNs get
// cookies again, for `kFailingFor` at least: a client's repeated SYNs meet such a time.
class BackendHealth {
 public:
  static constexpr int kFailures = 3;
  static constexpr Seconds kFailingFor{2};
  static constexpr Seconds kDownFor{8};

  explicit BackendHealth(const Policy& policy);

  // What is known of a backend stays. One that is drained no longer starts slowly.
  void Adopt(const Policy& policy, Time now);
  void Reserve();
  // What checks have found out holds until they find out something else.
  void Follow(const BackendChecks& checks);

  // A handshake through `listener` ended, with a client of `prefix` (of PrefixOf). Looks at all of
  // the listener's backends when this one goes down, at no other time.
  void OnFailure(const Listener& listener, BackendId backend, uint64_t prefix, Time now);
  void OnSuccess(const Listener& listener, BackendId backend);

  // Whether `backend` is down for everybody.
  bool IsDownForAll(BackendId backend, Time now) const {
    const State& state = states_[backend];
    return state.checked_down || (state.down.everyone && now < state.down.until);
  }
  // Whether `backend` is up and this client among those that it takes: after it has come back it
  // begins with few, always the same ones first.
  bool Takes(BackendId backend, const Address& client, Time now) const {
    if (IsDownForAll(backend, now)) return false;
    return now >= states_[backend].slow_until || IsAmongFirst(states_[backend], client, now);
  }

  // Whether all backends of `listener` are down for clients of `prefix`.
  bool IsDown(const Listener& listener, uint64_t prefix, Time now) const {
    return downs_[listener.ring].IsFor(prefix, now);
  }
  // The same for clients of one prefix or another.
  bool IsDownForSome(const Listener& listener, Time now) const {
    return now < downs_[listener.ring].until;
  }

 private:
  struct Down {
    Time until{};
    bool everyone = false;
    uint64_t prefix = 0;  // unless everyone

    bool IsFor(uint64_t client, Time now) const {
      return now < until && (everyone || client == prefix);
    }
  };
  struct State {
    int failures = 0;      // in a row
    Time since{};          // the first of them,
    uint64_t prefix = 0;   // its client's,
    bool several = false;  // and whether others followed
    Down down;
    bool checked_down = false;
    Time slow_from{}, slow_until{};  // its share grows
  };

  static bool IsAmongFirst(const State& state, const Address& client, Time now);
  void StartSlowly(BackendId backend, Time from);
  void FindCommon();
  Down Common(const Listener& listener) const;

  const Policy* policy_;
  std::vector<State> states_;  // by BackendId
  std::vector<Down> downs_;    // by Listener::ring: until the first of its backends is to be tried
};

}  // namespace synsplice
