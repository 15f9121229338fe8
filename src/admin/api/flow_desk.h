// Asks the workers about what only they know: flows, and other tables of theirs, for the API.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "admin/api/flow_query.h"

namespace synsplice {

class FlowDesk {
 public:
  // Asks one worker; false: it does not answer. May be called from any thread.
  using Ask = std::function<bool(size_t worker, const Request& request, Reply& reply)>;

  FlowDesk(size_t workers, Ask ask) : workers_(workers), ask_(std::move(ask)) {}

  template <typename Record>
  struct PageOf {
    struct Row {
      size_t worker;
      Record record;
    };
    std::vector<Row> rows;
    std::optional<FlowCursor> next;  // where the next page begins
    std::optional<size_t> silent;    // the worker that did not answer; the page ends there
  };
  using Page = PageOf<FlowRecord>;

  // `records`: those that the kind of request fills. Takes some hundredths of a second at most:
  // then the page ends, full or not.
  template <typename Record = FlowRecord>
  PageOf<Record> Collect(Request::Kind kind, const FlowQuery& query,
                         Reply::Records<Record> Reply::*records = &Reply::flows) const;

 private:
  // Whoever else asks the API waits so long: who wants more comes again, in turn.
  static constexpr Milliseconds kAtMost{50};

  // What workers share is asked of the first one.
  size_t WorkersFor(Request::Kind kind) const {
    using enum Request::Kind;
    return kind == kListLimits || kind == kListNeighbours ? std::min<size_t>(workers_, 1)
                                                          : workers_;
  }

  size_t workers_;
  Ask ask_;
};

template <typename Record>
FlowDesk::PageOf<Record> FlowDesk::Collect(Request::Kind kind, const FlowQuery& query,
                                           Reply::Records<Record> Reply::*records) const {
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + kAtMost;
  const size_t workers = WorkersFor(kind);
  PageOf<Record> page;
  FlowCursor cursor = query.cursor;
  Reply reply;
  while (cursor.worker < workers) {
    if (page.rows.size() == query.limit || steady_clock::now() >= end) {
      page.next = cursor;
      break;
    }
    const size_t room = query.limit - page.rows.size();
    Request request{kind, query.filter, cursor.entry, room};
    request.least = query.least;
    if (!ask_(cursor.worker, request, reply)) {
      page.silent = cursor.worker;
      break;
    }
    for (size_t i = 0; i < reply.count; ++i) {
      page.rows.push_back({cursor.worker, (reply.*records)[i]});
    }
    cursor = reply.end ? FlowCursor{cursor.worker + 1, 0} : FlowCursor{cursor.worker, reply.next};
  }
  return page;
}

}  // namespace synsplice
