// The API at a socket, by libmicrohttpd in a thread of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "admin/api.h"
#include "io/admin/unix_listener.h"
#include "io/host/descriptor.h"

struct MHD_Connection;
struct MHD_Daemon;

namespace synsplice {

// Connections, their memory and their time are bounded: whatever clients do, the rest of the
// process does not notice.
class ApiServer {
 public:
  // At a Unix socket: whoever can connect is answered. Throws StartError. REQUIRES: `api` outlives
  // the server.
  ApiServer(const std::string& path, const Api& api);
  // At a TCP port: whoever has the token is (RFC 6750).
  ApiServer(const Endpoint& endpoint, std::string token, const Api& api);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // To a request whose `authorization` header is that, nullptr: it has none.
  ApiResponse Answer(const char* method, const char* path, const char* authorization) const;

 private:
  void Start(int listener);
  void Serve();

  const Api& api_;
  const std::string token_;  // empty: none is asked for
  std::optional<UnixListener> unix_;
  Descriptor tcp_;
  Descriptor stop_;
  std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)> daemon_;
  std::thread thread_;
};

}  // namespace synsplice
