// Entries of lists as a text that outlives a restart: LIST PREFIX EXPIRES BANNED_BY, one on a line.
// EXPIRES is in seconds since 1970, or "never"; BANNED_BY a service, or "-".
#pragma once

#include <string>
#include <string_view>

#include "control/lists/list_book.h"

namespace synsplice {

std::string TextOfEntries(const ListBook& book);

// Puts those into the book that are not over; lines that mean nothing are passed over. Answers how
// many there were of these, and of lists that there are no more: those are kept.
size_t TakeEntries(std::string_view text, Time now, ListBook& book);

}  // namespace synsplice
