#include "io/admin/api_server.h"

#include <poll.h>
#include <strings.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <exception>
#include <string_view>

#include "io/admin/http_reply.h"
#include "io/admin/site_guard.h"
#include "io/admin/tcp_listener.h"
#include "io/admin/upload.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr unsigned kMostConnections = 256;
constexpr size_t kMemoryOfConnection = 16384;
constexpr unsigned kIdleSeconds = 10;

// Empty: the request has none.
std::string_view Header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : value;
}

struct QueryReader {
  ApiRequest::Query query;
  std::exception_ptr failure;
};

// No exception may cross the library's frames, here and below.
MHD_Result AddParameter(void* to, MHD_ValueKind, const char* name, const char* value) {
  auto& reader = *static_cast<QueryReader*>(to);
  try {
    reader.query.insert_or_assign(name, value ? value : "");
    return MHD_YES;
  } catch (const std::exception&) {
    reader.failure = std::current_exception();
    return MHD_NO;
  }
}

ApiRequest::Query QueryOf(MHD_Connection* connection, std::string_view path) {
  QueryReader reader;
  MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, AddParameter, &reader);
  // Half a query asks for something else.
  if (reader.failure) std::rethrow_exception(reader.failure);
  ApiRequest::Query& query = reader.query;
  // Where a client that was cut off goes on.
  const std::string_view last = Header(connection, "Last-Event-ID");
  if (!last.empty() && path == kEventStream) query.insert_or_assign("after", last);
  return std::move(query);
}

void ForgetUpload(void*, MHD_Connection*, void** state, MHD_RequestTerminationCode) {
  delete static_cast<Upload*>(*state);
}

// Called when the headers are there, for each piece of a body, and at the end.
MHD_Result OnRequest(void* server, MHD_Connection* connection, const char* path, const char* method,
                     const char* /*version*/, const char* piece, size_t* size, void** state) try {
  if (*state == nullptr) {
    *state = new Upload{static_cast<ApiServer*>(server)->IsAdmin(DescriptorOf(connection))};
    return MHD_YES;
  }
  Upload& upload = *static_cast<Upload*>(*state);
  if (*size != 0) {
    upload.Add(piece, std::exchange(*size, 0));
    return MHD_YES;
  }
  if (upload.IsTooLong()) return Send(connection, Upload::TooLong());
  return static_cast<ApiServer*>(server)->Answer(connection, method, path, std::move(upload.body));
} catch (const std::exception&) {
  return MHD_NO;
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

bool HasToken(std::string_view authorization, std::string_view token) {
  constexpr std::string_view kScheme = "Bearer ";
  return authorization.size() > kScheme.size() &&
         ::strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) == 0 &&
         IsToken(authorization.substr(kScheme.size()), token);
}

MHD_Daemon* StartDaemon(int listener, ApiServer* server) {
  return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr, OnRequest,
                          server, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
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

// Until something happens or the library wants to look after its connections, but not for long.
// When there were as many as there may be and all have gone at once, it takes new ones only when it
// is called again, which it does not ask for.
int PatienceMs(MHD_Daemon* daemon) {
  constexpr MHD_UNSIGNED_LONG_LONG kMost = 1000;
  MHD_UNSIGNED_LONG_LONG wanted = 0;
  const bool has_wish = MHD_get_timeout(daemon, &wanted) == MHD_YES;
  return static_cast<int>(has_wish ? std::min(wanted, kMost) : kMost);
}

int Shorter(int wait, Milliseconds other) {
  return std::min(wait, static_cast<int>(other.count()));
}

}  // namespace

ApiServer::ApiServer(const std::string& path, const std::string& operators, const Api& api)
    : api_(api), peers_(operators), unix_(path), streams_(api), daemon_(nullptr, StopDaemon) {
  Start(unix_->descriptor());
}

ApiServer::ApiServer(const Endpoint& endpoint, std::string token, const Api& api)
    : api_(api),
      token_(std::move(token)),
      tcp_(ListenTcp(endpoint)),
      streams_(api),
      daemon_(nullptr, StopDaemon) {
  Start(tcp_.get());
}

void ApiServer::Start(int listener) {
  stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  daemon_.reset(StartDaemon(listener, this));
  if (!daemon_ || !stop_.ok()) throw StartError("admin: the HTTP server does not start");
  thread_ = std::thread([this] { Serve(); });
}

MHD_Result ApiServer::Answer(MHD_Connection* connection, std::string_view method, const char* path,
                             std::string body) {
  const SiteHeaders site{Header(connection, MHD_HTTP_HEADER_HOST),
                         Header(connection, MHD_HTTP_HEADER_ORIGIN),
                         Header(connection, "Sec-Fetch-Site")};
  if (const auto foreign = WhyForeign(method, site)) {
    return Send(connection, Problem(403, "Forbidden", *foreign));
  }
  if (const PageFile* file = FindPageFile(path)) return SendPage(connection, *file, method);
  const ApiResponse answer = AnswerOfApi(connection, method, path, std::move(body));
  if (answer.source) return byte_streams_.Open(connection, answer);
  return answer.stream_after ? streams_.Open(connection, answer) : Send(connection, answer);
}

ApiResponse ApiServer::AnswerOfApi(MHD_Connection* connection, std::string_view method,
                                   const char* path, std::string body) const {
  if (!token_.empty() && !HasToken(Header(connection, MHD_HTTP_HEADER_AUTHORIZATION), token_)) {
    return Problem(401, "Unauthorized", "Authorization: Bearer TOKEN is asked for");
  }
  ApiRequest request{method, path, QueryOf(connection, path), {}, {}, std::move(body)};
  if (unix_) peers_.Identify(DescriptorOf(connection), request);
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

// Until something happens, the library wants to look after its connections, or streams are to be
// looked at.
int ApiServer::WaitMs() const {
  int wait = PatienceMs(daemon_.get());
  if (!streams_.empty()) wait = Shorter(wait, LiveStreams::kLook);
  return byte_streams_.empty() ? wait : Shorter(wait, ByteStreams::kLook);
}

void ApiServer::Serve() {
  DropAllCapabilities();
  pollfd waits[] = {{EpollOf(daemon_.get()), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
  for (;;) {
    const bool failed = ::poll(waits, 2, WaitMs()) < 0 && errno != EINTR;
    if (failed || waits[1].revents != 0) break;
    streams_.Look();
    byte_streams_.Look();
    MHD_run(daemon_.get());
  }
  streams_.ResumeAll();
  byte_streams_.Look();
}

}  // namespace synsplice
