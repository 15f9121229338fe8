// What a live stream says, as server-sent events (HTML Living Standard, 9.2).
#pragma once

#include <cstdint>
#include <string>

#include "admin/events/event_book.h"
#include "admin/snapshot.h"

namespace synsplice {

// "event: status": the views of the API in one object; of the drops those that there were.
std::string StatusMessage(const Snapshot& snapshot);

// "event: event" with its number as id, one for each that comes behind the `after`th, some dozens
// at a time; `after` moves on. Empty: there is none.
std::string EventMessages(const EventBook& events, uint64_t& after);

}  // namespace synsplice
