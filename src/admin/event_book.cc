#include "admin/event_book.h"

#include <algorithm>
#include <utility>

namespace synsplice {

void EventBook::Add(JsonValue event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  ++last_;
  if (events_.size() > kKept) events_.pop_front();
}

JsonValue EventBook::After(uint64_t after) const {
  const std::lock_guard lock(mutex_);
  // Numbers of an earlier process may be larger than ours.
  const uint64_t missing = after > last_ ? last_ : last_ - after;
  JsonValue events = JsonValue::array();
  const auto count = static_cast<std::ptrdiff_t>(std::min<uint64_t>(missing, events_.size()));
  for (auto event = events_.end() - count; event != events_.end(); ++event) {
    events.push_back(*event);
  }
  return {{"events", std::move(events)}, {"last", last_}};
}

}  // namespace synsplice
