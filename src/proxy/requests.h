// Answers what an operator asks of a worker.
#pragma once

#include "state/context.h"
#include "synsplice/state/request.h"

namespace synsplice {

void AnswerRequest(Context& context, const Request& request, Reply& reply);

}  // namespace synsplice
