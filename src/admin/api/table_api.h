// The part of the API that lists what may be many: what workers are asked for, a page at a time,
// and the sources of SYNs.
#pragma once

#include "admin/api/flow_desk.h"

namespace synsplice {

// For GET and HEAD of /v1/{flows,handshakes,limits,neighbours,promises,top}.
ApiResponse AnswerTable(const ApiRequest& request, const Snapshot& snapshot, const FlowDesk& desk);

// `worker` was asked and does not answer; so many flows were cleared before.
ApiResponse Silence(size_t worker, size_t cleared = 0);

}  // namespace synsplice
