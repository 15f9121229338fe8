// The latest events, for whoever asks.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "admin/api_request.h"
#include "admin/views.h"

namespace synsplice {

// Thread-safe.
class EventBook {
 public:
  static constexpr size_t kKept = 1000;

  void Add(const JsonValue& event);

  // Those behind the `after`th that there ever was, which are still kept, the first `most` of them;
  // after 0: from the oldest. {"events": [...], "last": the number of the last one, for the next
  // question}
  JsonValue After(uint64_t after, size_t most = kKept) const;

 private:
  // CBOR (RFC 8949): a tree of nodes takes four times as much, and stays for hours.
  using Kept = std::vector<uint8_t>;

  mutable std::mutex mutex_;
  std::deque<Kept> events_;
  uint64_t last_ = 0;  // number of the latest one
};

}  // namespace synsplice
