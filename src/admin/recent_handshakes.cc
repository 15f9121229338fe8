#include "admin/recent_handshakes.h"

namespace synsplice {
namespace {

// The control loop does not wake up to the millisecond.
constexpr Milliseconds kInterval{900};

}  // namespace

// Services are added at the end: a new one had none before.
void RecentHandshakes::Look(Snapshot& snapshot) {
  std::vector<ServiceState>& services = snapshot.services;
  before_.resize(services.size());
  recent_.resize(services.size());
  if (snapshot.taken - then_ >= kInterval) {
    const bool first = then_ == Time{};
    then_ = snapshot.taken;
    for (size_t i = 0; i < services.size(); ++i) {
      const Durations& now = services[i].statistics.handshakes;
      recent_[i] = first ? Durations{} : now.Since(before_[i]);
      before_[i] = now;
    }
  }
  for (size_t i = 0; i < services.size(); ++i) services[i].recent_handshakes = recent_[i];
}

}  // namespace synsplice
