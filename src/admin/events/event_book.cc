#include "admin/events/event_book.h"

#include <algorithm>
#include <utility>

namespace synsplice {

void EventBook::Add(const JsonValue& event) {
  Kept kept = JsonValue::to_cbor(event);
  kept.shrink_to_fit();
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(kept));
  ++last_;
  if (events_.size() > kKept) events_.pop_front();
}

JsonValue EventBook::After(uint64_t after, size_t most) const {
  const std::lock_guard lock(mutex_);
  // Numbers of an earlier process may be larger than ours.
  const uint64_t missing =
      std::min<uint64_t>(after > last_ ? last_ : last_ - after, events_.size());
  const uint64_t count = std::min<uint64_t>(missing, most);
  const auto first = events_.end() - static_cast<std::ptrdiff_t>(missing);
  JsonValue events = JsonValue::array();
  for (uint64_t i = 0; i < count; ++i) {
    events.push_back(JsonValue::from_cbor(first[static_cast<std::ptrdiff_t>(i)]));
  }
  return {{"events", std::move(events)}, {"last", last_ - missing + count}};
}

}  // namespace synsplice
