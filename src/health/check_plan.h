// Which backend is checked when: of the one worker that asks.
#pragma once

#include <cstdint>
#include <vector>

#include "rise_fall.h"
#include "synsplice/base/time.h"
#include "synsplice/health/backend_checks.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// Each backend has a phase of its own within its interval: those that are configured together are
// not asked in one millisecond.
class CheckPlan {
 public:
  struct Check {
    RiseFall health;
    Time due{};            // the next check
    Time deadline{};       // of the one under way
    bool open = false;     // one is under way
    bool asked = false;    // it has asked for the backend's MAC
    bool sent = false;     // its SYN has left
    bool answered = true;  // the one before
  };

  void Reserve();
  // What was found out of a backend stays as long as it is checked, in `results` too.
  void Adopt(const Policy& policy, BackendChecks& results, Time now);

  Check& Of(BackendId id) { return checks_[id]; }
  size_t size() const { return checked_.size(); }  // backends that are checked
  // The backend whose turn it is to be looked at: one after the other.
  BackendId Step() {
    if (next_ >= checked_.size()) next_ = 0;
    return checked_[next_++];
  }

 private:
  void Plan(BackendId id, Milliseconds interval, Time now);

  std::vector<Check> checks_;  // by BackendId
  std::vector<BackendId> checked_;
  size_t next_ = 0;
};

}  // namespace synsplice
