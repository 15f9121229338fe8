// What comes behind the headers of a request.
#pragma once

#include <fmt/format.h>

#include <string>

#include "admin/api_request.h"
#include "control/config_file.h"

namespace synsplice {

struct Upload {
  bool kept = false;  // whoever may change nothing has no body to send
  std::string body = {};
  size_t length = 0;  // of all of it: more than is kept is read and thrown away

  void Add(const char* piece, size_t size) {
    length += size;
    if (kept && !IsTooLong()) body.append(piece, size);
  }
  bool IsTooLong() const { return length > kLongestConfig; }

  static ApiResponse TooLong() {
    return Problem(413, "Content Too Large",
                   fmt::format("no body may have more than {} MiB", kLongestConfig >> 20));
  }
};

}  // namespace synsplice
