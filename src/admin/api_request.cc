#include "admin/api_request.h"

namespace synsplice {
namespace {

// What a client has sent may be no UTF-8.
std::string Dump(const JsonValue& value) {
  return value.dump(2, ' ', false, JsonValue::error_handler_t::replace) + "\n";
}

}  // namespace

ApiResponse JsonResponse(const JsonValue& value) {
  return {200, "application/json", Dump(value), {}};
}

ApiResponse Problem(unsigned status, std::string_view title, std::string_view detail,
                    const JsonValue& more) {
  JsonValue problem = {
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  problem.update(more);
  return {status, "application/problem+json", Dump(problem), {}};
}

}  // namespace synsplice
