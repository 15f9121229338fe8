// The API at a socket, by libmicrohttpd in a thread of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "admin/api/api.h"
#include "io/admin/byte_streams.h"
#include "io/admin/live_streams.h"
#include "io/admin/peers.h"
#include "io/admin/unix_listener.h"
#include "io/host/descriptor.h"

namespace synsplice {

// Connections, their memory and their time are bounded: whatever clients do, the rest of the
// process does not notice. Other sites in somebody's browser are refused; the page's own files hold
// no data, everybody has them.
class ApiServer {
 public:
  // At a Unix socket: whoever can connect may read; root, the appliance's own user and the members
  // of group `operators` (empty: none) may operate. Throws StartError. REQUIRES: `api` outlives the
  // server.
  ApiServer(const std::string& path, const std::string& operators, const Api& api);
  // At a TCP port: whoever has the token (RFC 6750) may read.
  ApiServer(const Endpoint& endpoint, std::string token, const Api& api);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // For the library, when a request is complete.
  MHD_Result Answer(MHD_Connection* connection, std::string_view method, const char* path,
                    std::string body);

  // Whether the other end of the connection may change the configuration.
  bool IsAdmin(int connection) const;

 private:
  ApiResponse AnswerOfApi(MHD_Connection* connection, std::string_view method, const char* path,
                          std::string body) const;
  void Start(int listener);
  int WaitMs() const;
  void Serve();

  const Api& api_;
  const std::string token_;  // empty: none is asked for
  const Peers peers_;
  std::optional<UnixListener> unix_;
  Descriptor tcp_;
  Descriptor stop_;
  LiveStreams streams_;
  ByteStreams byte_streams_;
  std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)> daemon_;
  std::thread thread_;
};

}  // namespace synsplice
