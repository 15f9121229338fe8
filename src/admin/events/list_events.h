// What is told of clients on lists, as events: each client once a minute, a few in a second.
#pragma once

#include <map>
#include <utility>

#include "admin/snapshot.h"
#include "admin/views.h"
#include "control/lists/list_book.h"
#include "synsplice/limit/token_bucket.h"
#include "synsplice/state/client_notes.h"

namespace synsplice {

class ListEvents {
 public:
  // Whether the note is told; what is not is counted all the same.
  bool IsToTell(const ClientNote& note, Time now);

 private:
  TokenBucket budget_{10, Time{}};
  Time begun_{};                      // of this minute
  std::map<Address, uint64_t> told_;  // and on which lists, by ListId
};

JsonValue HitEvent(Time now, const ClientNote& note, const Snapshot& snapshot);
JsonValue BanEvent(Time now, const Address& client, const ListBook::Ban& ban);
JsonValue UnbanEvent(Time now, const ListBook::Expired& expired);

}  // namespace synsplice
