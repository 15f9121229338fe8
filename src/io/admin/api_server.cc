#include "io/admin/api_server.h"

#include <fmt/format.h>
#include <microhttpd.h>
#include <poll.h>
#include <strings.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string_view>

#include "control/config_file.h"
#include "io/admin/tcp_listener.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr unsigned kMostConnections = 256;
constexpr size_t kMemoryOfConnection = 16384;
constexpr unsigned kIdleSeconds = 10;

MHD_Result Send(MHD_Connection* connection, const ApiResponse& answer) {
  // The library does not write to it.
  auto* body = const_cast<char*>(answer.body.data());
  MHD_Response* response =
      MHD_create_response_from_buffer(answer.body.size(), body, MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.type.c_str());
  MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  if (answer.status == MHD_HTTP_UNAUTHORIZED) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
  }
  if (!answer.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow.c_str());
  }
  const MHD_Result queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

int DescriptorOf(MHD_Connection* connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

ApiResponse TooLong() {
  return Problem(413, "Content Too Large",
                 fmt::format("no body may have more than {} MiB", kLongestConfig >> 20));
}

MHD_Result AddParameter(void* query, MHD_ValueKind, const char* name, const char* value) {
  static_cast<ApiRequest::Query*>(query)->insert_or_assign(name, value ? value : "");
  return MHD_YES;
}

ApiRequest::Query QueryOf(MHD_Connection* connection) {
  ApiRequest::Query query;
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, AddParameter, &query);
  return query;
}

// What comes behind the headers.
struct Upload {
  bool kept = false;  // whoever may change nothing has no body to send
  std::string body = {};
  size_t length = 0;  // of all of it: more than is kept is read and thrown away

  void Add(const char* piece, size_t size) {
    length += size;
    if (kept && length <= kLongestConfig) body.append(piece, size);
  }
};

void ForgetUpload(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
  delete static_cast<Upload*>(*state);
}

// Called when the headers are there, for each piece of a body, and at the end.
MHD_Result OnRequest(void* server, MHD_Connection* connection, const char* path, const char* method,
                     const char* /*version*/, const char* piece, size_t* size, void** state) {
  if (*state == nullptr) {
    *state = new Upload{static_cast<ApiServer*>(server)->IsAdmin(DescriptorOf(connection))};
    return MHD_YES;
  }
  Upload& upload = *static_cast<Upload*>(*state);
  if (*size != 0) {
    upload.Add(piece, std::exchange(*size, 0));
    return MHD_YES;
  }
  if (upload.length > kLongestConfig) return Send(connection, TooLong());
  const char* authorization =
      MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
  ApiRequest request{method, path, QueryOf(connection), {}, {}, std::move(upload.body)};
  return Send(connection, static_cast<ApiServer*>(server)->Answer(
                              std::move(request), DescriptorOf(connection), authorization));
}

// Whether the hexadecimal digits are those of the token. Takes as long wherever they differ.
bool IsToken(std::string_view digits, std::string_view token) {
  if (digits.size() != token.size()) return false;
  int difference = 0;
  for (size_t i = 0; i < token.size(); ++i) {
    difference |= std::tolower(static_cast<unsigned char>(digits[i])) ^ token[i];
  }
  return difference == 0;
}

bool HasToken(const char* authorization, const std::string& token) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization == nullptr) return false;
  const std::string_view text = authorization;
  return text.size() > kScheme.size() &&
         ::strncasecmp(authorization, kScheme.data(), kScheme.size()) == 0 &&
         IsToken(text.substr(kScheme.size()), token);
}

MHD_Daemon* StartDaemon(int listener, ApiServer* server) {
  return MHD_start_daemon(MHD_USE_EPOLL, 0, nullptr, nullptr, OnRequest, server,
                          MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
                          kMostConnections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMemoryOfConnection,
                          MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds, MHD_OPTION_NOTIFY_COMPLETED,
                          ForgetUpload, nullptr, MHD_OPTION_END);
}

// The listening socket is not the library's to close.
void StopDaemon(MHD_Daemon* daemon) {
  MHD_quiesce_daemon(daemon);
  MHD_stop_daemon(daemon);
}

int EpollOf(MHD_Daemon* daemon) {
  return MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

// Until something happens or the library wants to look after its connections.
int WaitMs(MHD_Daemon* daemon) {
  MHD_UNSIGNED_LONG_LONG milliseconds = 0;
  if (MHD_get_timeout(daemon, &milliseconds) != MHD_YES) return -1;
  return static_cast<int>(std::min<MHD_UNSIGNED_LONG_LONG>(milliseconds, kIdleSeconds * 1000));
}

}  // namespace

ApiServer::ApiServer(const std::string& path, const std::string& operators, const Api& api)
    : api_(api), peers_(operators), unix_(path), daemon_(nullptr, StopDaemon) {
  Start(unix_->descriptor());
}

ApiServer::ApiServer(const Endpoint& endpoint, std::string token, const Api& api)
    : api_(api), token_(std::move(token)), tcp_(ListenTcp(endpoint)), daemon_(nullptr, StopDaemon) {
  Start(tcp_.get());
}

void ApiServer::Start(int listener) {
  stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  daemon_.reset(StartDaemon(listener, this));
  if (!daemon_ || !stop_.ok()) throw StartError("admin: the HTTP server does not start");
  thread_ = std::thread([this] { Serve(); });
}

ApiResponse ApiServer::Answer(ApiRequest request, int connection, const char* authorization) const {
  if (!token_.empty() && !HasToken(authorization, token_)) {
    return Problem(401, "Unauthorized", "Authorization: Bearer TOKEN is asked for");
  }
  if (unix_) peers_.Identify(connection, request);
  return api_.Answer(request);
}

bool ApiServer::IsAdmin(int connection) const {
  ApiRequest request;
  if (unix_) peers_.Identify(connection, request);
  return request.role == Role::kAdmin;
}

ApiServer::~ApiServer() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void ApiServer::Serve() {
  DropAllCapabilities();
  pollfd waits[] = {{EpollOf(daemon_.get()), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(waits, 2, WaitMs(daemon_.get())) < 0 && errno != EINTR) return;
    if (waits[1].revents != 0) return;
    MHD_run(daemon_.get());
  }
}

}  // namespace synsplice
