#include "io/dpdk/lcore/inquiry.h"

#include <chrono>
#include <thread>

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// A worker looks once in a millisecond.
constexpr std::chrono::microseconds kLookAgain{250};

}  // namespace

bool Inquiry::WaitWhileBusy(Milliseconds patience) const {
  const auto end = steady_clock::now() + patience;
  for (;;) {
    const State state = state_.load(std::memory_order_acquire);
    if (state == State::kFree || state == State::kAnswered) return true;
    if (steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
}

// A worker may be stopped in the middle of an answer: to whoever asked before, or to us.
bool Inquiry::Ask(const Request& request, Reply& reply, Milliseconds patience) {
  const std::lock_guard lock(asking_);
  if (!WaitWhileBusy(patience)) return false;
  request_ = request;
  state_.store(State::kAsked, std::memory_order_release);
  if (!WaitWhileBusy(patience) && (Move(State::kAsked, State::kFree) || !WaitWhileBusy(patience))) {
    return false;
  }
  reply = reply_;
  return true;
}

}  // namespace synsplice
