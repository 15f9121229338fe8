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

// GET    /v1/lists/entries?list=N[&after=PREFIX][&limit=N]
// POST   /v1/lists/entries?list=N&prefix=P[&ttl=SECONDS]
// DELETE /v1/lists/entries?list=N&prefix=P   or   ?list=N&all=1
// GET    /v1/lists/test?address=A
// `audit` takes a line about what was changed, or was not.
ApiResponse AnswerAboutLists(const ListDesk& desk, const ApiRequest& request, Time now,
                             const std::function<void(const std::string&)>& audit);

}  // namespace synsplice
