// How a tap gets to a worker and back: neither side waits for the other.
//
// The worker says which tap it takes before it makes sure that this one is still offered: whoever
// takes the offer back afterwards sees that. Both orders need sequential consistency.
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
    offered_.store(tap.get());
  }

  // The same. Frees what the worker has let go; false: it has not seen the latest offer yet.
  bool Settle() {
    const Tap* offered = offered_.load(std::memory_order_relaxed);
    if (taken_.load() != offered) return false;
    std::erase_if(kept_, [offered](const auto& tap) { return tap.get() != offered; });
    return true;
  }

  // The worker's: takes up what is offered.
  void Look() {
    if (offered_.load(std::memory_order_acquire) == tap_) return;
    Tap* offered;
    do {
      offered = offered_.load();
      taken_.store(offered);
    } while (offered_.load() != offered);
    tap_ = offered;
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
