// Asks the workers about their flows, for the API.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "admin/api/flow_query.h"

namespace synsplice {

class FlowDesk {
 public:
  // Asks one worker; false: it does not answer. May be called from any thread.
  using Ask = std::function<bool(size_t worker, const Request& request, Reply& reply)>;

  FlowDesk(size_t workers, Ask ask) : workers_(workers), ask_(std::move(ask)) {}

  struct Page {
    struct Row {
      size_t worker;
      FlowRecord record;
    };
    std::vector<Row> rows;
    std::optional<FlowCursor> next;  // where the next page begins
    std::optional<size_t> silent;    // the worker that did not answer; the page ends there
  };
  // Takes some hundredths of a second at most: then the page ends, full or not.
  Page Collect(Request::Kind kind, const FlowQuery& query) const;

 private:
  size_t workers_;
  Ask ask_;
};

}  // namespace synsplice
