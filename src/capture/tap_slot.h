// How a tap gets to a worker and back: neither side waits for the other.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "capture/tap.h"

namespace synsplice {

class TapSlot {
 public:
  // One thread at a time, not the worker's. nullptr: the worker has no tap any more, once it looks.
  void Offer(const std::shared_ptr<Tap>& tap) {
    if (tap) kept_.push_back(tap);
    offered_.store(tap.get(), std::memory_order_release);
  }

  // The same. Frees what the worker has let go; false: it has not seen the latest offer yet.
  bool Settle() {
    const Tap* offered = offered_.load(std::memory_order_relaxed);
    if (taken_.load(std::memory_order_acquire) != offered) return false;
    std::erase_if(kept_, [offered](const auto& tap) { return tap.get() != offered; });
    return true;
  }

  // The worker's: takes up what is offered.
  void Look() {
    Tap* offered = offered_.load(std::memory_order_acquire);
    if (offered == tap_) return;
    tap_ = offered;
    taken_.store(offered, std::memory_order_release);
  }
  // nullptr: nobody wants to see anything.
  Tap* tap() const { return tap_; }

 private:
  std::atomic<Tap*> offered_{nullptr};
  std::atomic<Tap*> taken_{nullptr};
  Tap* tap_ = nullptr;
  std::vector<std::shared_ptr<Tap>> kept_;  // those that the worker may use
};

}  // namespace synsplice
