#include "io/dpdk/lcore/inquiry.h"

#include <chrono>
#include <thread>

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// A worker looks once in a millisecond.
constexpr std::chrono::microseconds kLookAgain{250};

}  // namespace

bool Inquiry::WaitUntilServed(Milliseconds patience) const {
  const auto end = steady_clock::now() + patience;
  while (state_.load(std::memory_order_acquire) == State::kAsked) {
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

// The one before may have been given up by who asked: it has to be answered first.
bool Inquiry::Ask(const Request& request, Reply& reply, Milliseconds patience) {
  const std::lock_guard lock(asking_);
  if (!WaitUntilServed(patience)) return false;
  request_ = request;
  state_.store(State::kAsked, std::memory_order_release);
  if (!WaitUntilServed(patience)) return false;
  reply = reply_;
  return true;
}

}  // namespace synsplice
