// What a worker tells of clients on lists, and of those who are to be on one.
#pragma once

#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/lists/tier.h"
#include "synsplice/state/note_ring.h"

namespace synsplice {

struct ClientNote {
  enum class Kind : uint8_t {
    kListed,           // a list has something to say of him
    kOverConnlimit,    // he has more connections than he may
    kOverAcceptLimit,  // he opens them faster than he may
  };

  Kind kind = Kind::kListed;
  ListId list = 0;       // kListed
  uint16_t service = 0;  // its number
  Address client;
};

using ClientNotes = NoteRing<ClientNote, 256>;

}  // namespace synsplice
