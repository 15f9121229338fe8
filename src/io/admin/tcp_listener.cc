#include "io/admin/tcp_listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "io/host/start_error.h"

namespace synsplice {
namespace {

StartError Failed(const Endpoint& endpoint) {
  return StartError(fmt::format("admin.listen {}: {}", ToString(endpoint), std::strerror(errno)));
}

bool Bind(int socket, const Endpoint& endpoint) {
  if (endpoint.address.IsV4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, endpoint.address.bytes.data() + 12, 4);
    return ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(endpoint.port);
  std::memcpy(&address.sin6_addr, endpoint.address.bytes.data(), 16);
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

Descriptor ListenTcp(const Endpoint& endpoint) {
  const int family = endpoint.address.IsV4() ? AF_INET : AF_INET6;
  Descriptor opened(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!opened.ok()) throw Failed(endpoint);
  // A connection of the process before may be in TIME-WAIT yet.
  const int on = 1;
  ::setsockopt(opened.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!Bind(opened.get(), endpoint)) throw Failed(endpoint);
  if (::listen(opened.get(), SOMAXCONN) != 0) throw Failed(endpoint);
  return opened;
}

}  // namespace synsplice
