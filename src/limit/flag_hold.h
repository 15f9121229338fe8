// Owns a spin flag for a scope: for a few loads and stores, between threads that have a core each.
#pragma once

#include <atomic>

namespace synsplice {

class FlagHold {
 public:
  // `shared`: there is another thread.
  explicit FlagHold(std::atomic_flag& flag, bool shared = true) : flag_(flag), shared_(shared) {
    while (shared_ && flag_.test_and_set(std::memory_order_acquire)) __builtin_ia32_pause();
  }
  ~FlagHold() {
    if (shared_) flag_.clear(std::memory_order_release);
  }
  FlagHold(const FlagHold&) = delete;
  FlagHold& operator=(const FlagHold&) = delete;

 private:
  std::atomic_flag& flag_;
  const bool shared_;
};

}  // namespace synsplice
