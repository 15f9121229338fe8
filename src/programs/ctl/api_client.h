// Asks a running appliance, over its Unix socket.
#pragma once

#include <string>

namespace synsplice {

inline constexpr const char* kDefaultSocket = "/run/synsplice/api.sock";

struct ApiAnswer {
  std::string body;     // JSON
  std::string trouble;  // one sentence why there is none; empty: there is
};

// The answer to GET `path`. Waits for five seconds at most.
ApiAnswer AskApi(const std::string& socket, const std::string& path);

}  // namespace synsplice
