// The part of the API that is about lists.
#pragma once

#include <functional>
#include <string>

#include "admin/api_request.h"
#include "control/lists/list_book.h"

namespace synsplice {

// Whom the API asks about lists; outlives it.
struct ListDesk {
  ListBook& book;
  std::function<void()> changed;  // entries of the book have
};

// Takes a line about what was changed, or was not, and whom it is about.
using ListAudit = std::function<void(std::string line, const std::optional<Prefix>& clients)>;

// GET    /v1/lists/entries?list=N[&after=PREFIX][&limit=N]
// POST   /v1/lists/entries?list=N&prefix=P[&ttl=SECONDS]
// DELETE /v1/lists/entries?list=N&prefix=P   or   ?list=N&all=1
// GET    /v1/lists/test?address=A
ApiResponse AnswerAboutLists(const ListDesk& desk, const ApiRequest& request, Time now,
                             const ListAudit& audit);

}  // namespace synsplice
