// The API: a request becomes a response, whoever carries both.
//
// Every answer is made from the latest snapshot: no request reaches a worker. Errors are problem
// documents (RFC 9457).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "admin/snapshot.h"

namespace synsplice {

struct ApiResponse {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string allow;  // with status 405: the methods that there are
};

class Api {
 public:
  // The latest snapshot and how old it is; may be called from any thread.
  struct Latest {
    std::shared_ptr<const Snapshot> snapshot;
    Milliseconds age{0};
  };
  explicit Api(std::function<Latest()> latest) : latest_(std::move(latest)) {}

  // `method` as HTTP names it, `path` without its query.
  ApiResponse Answer(std::string_view method, std::string_view path) const;

  static ApiResponse Problem(unsigned status, std::string_view title, std::string_view detail);

 private:
  std::function<Latest()> latest_;
};

}  // namespace synsplice
