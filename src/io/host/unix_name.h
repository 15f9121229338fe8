// The name of a Unix socket, as the kernel wants it.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string>

namespace synsplice {

// None: the path is too long.
inline std::optional<sockaddr_un> UnixName(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) return std::nullopt;
  path.copy(name.sun_path, path.size());
  return name;
}

inline const sockaddr* Generic(const sockaddr_un& name) {
  return reinterpret_cast<const sockaddr*>(&name);
}

}  // namespace synsplice
