// Asks a running appliance, over its Unix socket.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace synsplice {

inline constexpr const char* kDefaultSocket = "/run/synsplice/api.sock";

struct ApiAnswer {
  std::string body;     // JSON; with trouble: the problem, if there is one
  std::string trouble;  // one sentence why there is none; empty: there is
};

struct ApiQuestion {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::string method = "GET";
  std::string body = {};
};

// Waits for five seconds at most, for half a minute where it changes something.
ApiAnswer AskApi(const std::string& socket, const ApiQuestion& question);

// Says on stderr why there is no answer; the exit status.
int SayTrouble(const ApiAnswer& answer);

}  // namespace synsplice
