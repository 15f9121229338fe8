// Which backends are known to be down: their listeners' SYNs get no cookie (rule 14).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/time.h"
#include "synsplice/proxy/policy.h"

namespace synsplice {

// Of one worker. A backend is down for a while when handshakes failed one after another, by what it
// said (a RST or an ICMP error for our SYN) or did not say to a client that was there to the end.
// One SYN-ACK and it works.
//
// A backend may refuse or ignore some clients only (a filter of its own), and those may be an
// attacker's: they must not keep the others out. So failures must go on for some time without any
// success, which a service that is in use does not show. And the state ends by itself: what is let
// through to try a backend must not be single SYNs, which a flood would take from the clients.
// After `kDownFor` all SYNs get cookies again, for `kFailingFor` at least: a client's repeated SYNs
// meet such a time.
class BackendHealth {
 public:
  static constexpr int kFailures = 3;
  static constexpr Seconds kFailingFor{2};
  static constexpr Seconds kDownFor{8};

  explicit BackendHealth(const Policy& policy);

  // A handshake through `listener` ended. Looks at all of the listener's backends when this one
  // goes down, at no other time.
  void OnFailure(const Listener& listener, BackendId backend, Time now);
  void OnSuccess(const Listener& listener, BackendId backend);

  // Whether all backends of `listener` are down.
  bool IsDown(const Listener& listener, Time now) const { return now < down_until_[listener.ring]; }

 private:
  struct State {
    int failures = 0;  // in a row
    Time since{};      // the first of them
    Time down_until{};
  };

  std::vector<State> states_;     // by BackendId
  std::vector<Time> down_until_;  // by Listener::ring: the first of its backends to be tried
};

}  // namespace synsplice
