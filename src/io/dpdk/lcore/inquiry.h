// How another thread asks a worker something: one question at a time, which the worker finds when
// it looks, at its ticks. Nobody waits for a lock that a worker has, and a worker waits for nobody.
#pragma once

#include <atomic>
#include <mutex>

#include "synsplice/state/request.h"

namespace synsplice {

class Inquiry {
 public:
  // False: no answer came within `patience`; the worker may be stopped. Any thread but the
  // worker's.
  bool Ask(const Request& request, Reply& reply, Milliseconds patience);

  // For the worker: answers what was asked, if anything, by answer(request, reply).
  template <typename Answer>
  void Serve(Answer&& answer) {
    if (state_.load(std::memory_order_acquire) != State::kAsked) return;
    answer(request_, reply_);
    state_.store(State::kAnswered, std::memory_order_release);
  }

 private:
  enum class State { kFree, kAsked, kAnswered };

  bool WaitUntilServed(Milliseconds patience) const;

  std::mutex asking_;
  std::atomic<State> state_{State::kFree};
  // The asker's but for kAsked.
  Request request_;
  Reply reply_;
};

}  // namespace synsplice
