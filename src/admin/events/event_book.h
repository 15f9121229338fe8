// The latest events, for whoever asks.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "admin/api_request.h"
#include "admin/views.h"

namespace synsplice {

// Thread-safe.
class EventBook {
 public:
  static constexpr size_t kKept = 1000;

  void Add(JsonValue event);

  // Those behind the `after`th that there ever was, which are still kept, the first `most` of them;
  // after 0: from the oldest. {"events": [...], "last": the number of the last one, for the next
  // question}
  JsonValue After(uint64_t after, size_t most = kKept) const;

 private:
  mutable std::mutex mutex_;
  std::deque<JsonValue> events_;
  uint64_t last_ = 0;  // number of the latest one
};

}  // namespace synsplice
