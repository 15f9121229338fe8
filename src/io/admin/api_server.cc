#include "io/admin/api_server.h"

#include <microhttpd.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

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
  if (!answer.allow.empty()) {
    MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer.allow.c_str());
  }
  const MHD_Result queued = MHD_queue_response(connection, answer.status, response);
  MHD_destroy_response(response);
  return queued;
}

// Called when the headers are there, for each piece of a body, and at the end. A body is read and
// thrown away: no request has one.
MHD_Result OnRequest(void* api, MHD_Connection* connection, const char* path, const char* method,
                     const char* /*version*/, const char* /*upload*/, size_t* upload_size,
                     void** state) {
  static constexpr char kHeadersCame = 0;
  if (*state == nullptr) {
    *state = const_cast<char*>(&kHeadersCame);
    return MHD_YES;
  }
  if (*upload_size != 0) {
    *upload_size = 0;
    return MHD_YES;
  }
  return Send(connection, static_cast<const Api*>(api)->Answer(method, path));
}

MHD_Daemon* StartDaemon(int listener, const Api& api) {
  return MHD_start_daemon(MHD_USE_EPOLL, 0, nullptr, nullptr, OnRequest, const_cast<Api*>(&api),
                          MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
                          kMostConnections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMemoryOfConnection,
                          MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds, MHD_OPTION_END);
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

ApiServer::ApiServer(const std::string& path, const Api& api)
    : listener_(path),
      stop_(::eventfd(0, EFD_CLOEXEC)),
      daemon_(StartDaemon(listener_.descriptor(), api), StopDaemon) {
  if (!daemon_ || !stop_.ok()) throw StartError("admin.socket: the HTTP server does not start");
  thread_ = std::thread([this] { Serve(); });
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
