// How another thread asks a worker something: one question at a time, which the worker finds when
// it looks, at its ticks. Nobody waits for a lock that a worker has, and a worker waits for nobody.
#pragma once

#include <atomic>
#include <mutex>

#include "synsplice/state/request.h"

namespace synsplice {

class Inquiry {
 public:
  // False: no answer came within `patience`; the worker may be stopped. What it has not begun by
  // then it never does. Any thread but the worker's.
  bool Ask(const Request& request, Reply& reply, Milliseconds patience);

  // For the worker: answers what was asked, if anything, by answer(request, reply).
  template <typename Answer>
  void Serve(Answer&& answer) {
    if (state_.load(std::memory_order_relaxed) != State::kAsked) return;
    if (!Move(State::kAsked, State::kServed)) return;
    answer(request_, reply_);
    state_.store(State::kAnswered, std::memory_order_release);
  }

 private:
  // Free or answered: the asker's. Asked: whoever moves it on first. Served: the worker's.
  enum class State { kFree, kAsked, kServed, kAnswered };

  // False: it is not in state `from`.
  bool Move(State from, State to) {
    return state_.compare_exchange_strong(from, to, std::memory_order_acq_rel);
  }
  bool WaitWhileBusy(Milliseconds patience) const;

  std::mutex asking_;
  std::atomic<State> state_{State::kFree};
  Request request_;
  Reply reply_;
};

}  // namespace synsplice
