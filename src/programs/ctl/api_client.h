// Asks a running appliance, over its Unix socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>
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

// Takes the next bytes of an answer, and now and then none; false: it wants no more.
using TakeBytes = std::function<bool(std::string_view bytes)>;

// Waits for as long as the answer goes on. Its bytes go to `take`, not into the body.
ApiAnswer StreamApi(const std::string& socket, const ApiQuestion& question, const TakeBytes& take);

// Says on stderr why there is no answer; the exit status.
int SayTrouble(const ApiAnswer& answer);

}  // namespace synsplice
