#include "io/admin/http_reply.h"

#include <fmt/format.h>

namespace synsplice {
namespace {

// The page gets everything from here and goes nowhere else; nobody may frame or embed an answer.
constexpr const char* kHeaders[][2] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
     "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
};

MHD_Result Queue(MHD_Connection* connection, unsigned status, const std::string& type,
                 MHD_Response* response) {
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type.c_str());
  for (const auto& [name, value] : kHeaders) MHD_add_response_header(response, name, value);
  const MHD_Result queued = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return queued;
}

// The library does not write to it.
MHD_Response* Copy(const std::string& body) {
  return MHD_create_response_from_buffer(body.size(), const_cast<char*>(body.data()),
                                         MHD_RESPMEM_MUST_COPY);
}

}  // namespace

int DescriptorOf(MHD_Connection* connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

MHD_Result Send(MHD_Connection* connection, const ApiResponse& answer) {
  MHD_Response* response = Copy(answer.body);
  if (response != nullptr && answer.status == MHD_HTTP_UNAUTHORIZED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
  }
  if (response != nullptr && !answer.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow.c_str());
  }
  return Queue(connection, answer.status, answer.type, response);
}

MHD_Result SendPage(MHD_Connection* connection, const PageFile& file, std::string_view method) {
  if (method != "GET" && method != "HEAD") {
    ApiResponse problem = Problem(405, "Method Not Allowed",
                                  fmt::format("{} knows GET, HEAD, not {}", file.path, method));
    problem.allow = "GET, HEAD";
    return Send(connection, problem);
  }
  auto* content = const_cast<char*>(file.content.data());
  return Queue(
      connection, MHD_HTTP_OK, std::string(file.type),
      MHD_create_response_from_buffer(file.content.size(), content, MHD_RESPMEM_PERSISTENT));
}

MHD_Result SendStream(MHD_Connection* connection, const std::string& type, MHD_Response* response) {
  return Queue(connection, MHD_HTTP_OK, type, response);
}

}  // namespace synsplice
