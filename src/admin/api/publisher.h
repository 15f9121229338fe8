// Hands snapshots from the control loop to whoever asks, in any thread.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "admin/api/api.h"

namespace synsplice {

class Publisher {
 public:
  void Publish(Snapshot snapshot) {
    auto next = std::make_shared<const Snapshot>(std::move(snapshot));
    const std::lock_guard lock(mutex_);
    snapshot_.swap(next);
    published_ = Clock::now();
  }

  // Empty before the first one.
  Api::Latest Get() const {
    const std::lock_guard lock(mutex_);
    return {snapshot_, std::chrono::duration_cast<Milliseconds>(Clock::now() - published_)};
  }

 private:
  using Clock = std::chrono::steady_clock;

  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  Clock::time_point published_ = Clock::now();
};

}  // namespace synsplice
