// The API at a socket, by libmicrohttpd in a thread of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "admin/api.h"
#include "io/admin/peers.h"
#include "io/admin/unix_listener.h"
#include "io/host/descriptor.h"

struct MHD_Connection;
struct MHD_Daemon;

namespace synsplice {

// Connections, their memory and their time are bounded: whatever clients do, the rest of the
// process does not notice.
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

  // `connection`: the descriptor that the request came through; `authorization`: the header,
  // nullptr: it has none.
  ApiResponse Answer(ApiRequest request, int connection, const char* authorization) const;

  // Whether the other end of the connection may change the configuration.
  bool IsAdmin(int connection) const;

 private:
  void Start(int listener);
  void Serve();

  const Api& api_;
  const std::string token_;  // empty: none is asked for
  const Peers peers_;
  std::optional<UnixListener> unix_;
  Descriptor tcp_;
  Descriptor stop_;
  std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)> daemon_;
  std::thread thread_;
};

}  // namespace synsplice
