#include "admin/api/flow_desk.h"

#include <chrono>

namespace synsplice {
namespace {

using std::chrono::steady_clock;

// Whoever else asks the API waits so long: who wants more comes again, in turn.
constexpr Milliseconds kAtMost{50};

}  // namespace

FlowDesk::Page FlowDesk::Collect(Request::Kind kind, const FlowQuery& query) const {
  const auto end = steady_clock::now() + kAtMost;
  Page page;
  FlowCursor cursor = query.cursor;
  Reply reply;
  while (cursor.worker < workers_) {
    if (page.rows.size() == query.limit || steady_clock::now() >= end) {
      page.next = cursor;
      break;
    }
    const size_t room = query.limit - page.rows.size();
    if (!ask_(cursor.worker, {kind, query.filter, cursor.entry, room}, reply)) {
      page.silent = cursor.worker;
      break;
    }
    for (size_t i = 0; i < reply.count; ++i) {
      page.rows.push_back({cursor.worker, reply.flows[i]});
    }
    cursor = reply.end ? FlowCursor{cursor.worker + 1, 0} : FlowCursor{cursor.worker, reply.next};
  }
  return page;
}

}  // namespace synsplice
