#include "check_plan.h"

#include <algorithm>

namespace synsplice {
namespace {

// Spreads numbers that follow each other evenly, however many there are.
Milliseconds PhaseOf(BackendId id, Milliseconds interval) {
  const uint32_t spread = id * 0x9e3779b9u;
  return Milliseconds(uint64_t{spread} * static_cast<uint64_t>(interval.count()) >> 32);
}

}  // namespace

void CheckPlan::Reserve() {
  checks_.reserve(kMostEndpoints);
  checked_.reserve(kMostEndpoints);
}

void CheckPlan::Adopt(const Policy& policy, BackendChecks& results, Time now) {
  checks_.resize(policy.backend_count());
  checked_.clear();
  for (size_t i = 1; i < checks_.size(); ++i) {
    const auto id = static_cast<BackendId>(i);
    const HealthConfig* health = policy.HealthOf(id);
    if (health) {
      checked_.push_back(id);
      Plan(id, health->interval, now);
    } else {
      if (!checks_[i].health.is_up()) results.SetDown(id, false, now);
      checks_[i] = {};
    }
  }
}

// The interval may have become shorter.
void CheckPlan::Plan(BackendId id, Milliseconds interval, Time now) {
  Check& check = checks_[id];
  if (check.due == Time{}) check.due = now + PhaseOf(id, interval);
  check.due = std::min(check.due, now + interval);
}

}  // namespace synsplice
