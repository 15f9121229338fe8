#include "admin/api/order_queue.h"

#include <algorithm>
#include <utility>

namespace synsplice {

std::optional<ConfigAnswer> OrderQueue::Place(const ConfigOrder& order, Milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto placed = waiting_.insert(waiting_.end(), Waiting{order});
  changed_.wait_for(lock, patience, [&] { return placed->begun || closed_; });
  if (placed->begun) changed_.wait(lock, [&] { return placed->answer.has_value(); });
  const std::optional<ConfigAnswer> answer = std::move(placed->answer);
  waiting_.erase(placed);
  return answer;
}

void OrderQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

// Without the lock while it carries out: who waits may give up on others meanwhile.
void OrderQueue::Serve(const std::function<ConfigAnswer(const ConfigOrder&)>& carry_out) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto next = std::ranges::find(waiting_, false, &Waiting::begun);
    if (next == waiting_.end()) return;
    next->begun = true;
    lock.unlock();
    ConfigAnswer answer = carry_out(next->order);
    lock.lock();
    next->answer = std::move(answer);
    changed_.notify_all();
  }
}

}  // namespace synsplice
