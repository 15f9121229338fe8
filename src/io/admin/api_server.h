// The API at a Unix socket, by libmicrohttpd in a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "admin/api.h"
#include "io/admin/unix_listener.h"
#include "io/host/descriptor.h"

struct MHD_Daemon;

namespace synsplice {

// Connections, their memory and their time are bounded: whatever clients do, the rest of the
// process does not notice.
class ApiServer {
 public:
  // Throws StartError. REQUIRES: `api` outlives the server.
  ApiServer(const std::string& path, const Api& api);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

 private:
  void Serve();

  UnixListener listener_;
  Descriptor stop_;
  std::unique_ptr<MHD_Daemon, void (*)(MHD_Daemon*)> daemon_;
  std::thread thread_;
};

}  // namespace synsplice
