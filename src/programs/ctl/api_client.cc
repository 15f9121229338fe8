#include "programs/ctl/api_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

namespace synsplice {
namespace {

constexpr long kTimeoutSeconds = 5;
// A change is carried out by the control loop, which may be opening ports.
constexpr long kChangeSeconds = 30;

size_t Append(const char* data, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

// What a problem document says (RFC 9457).
std::string DetailOf(const std::string& body, long status) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (problem.is_object() && problem.contains("detail") && problem["detail"].is_string()) {
    return problem["detail"];
  }
  return fmt::format("it answers with HTTP status {}", status);
}

std::string UrlOf(CURL* curl, const ApiQuestion& question) {
  std::string url = "http://localhost" + question.path;
  char separator = '?';
  for (const auto& [name, value] : question.query) {
    const std::unique_ptr<char, void (*)(void*)> escaped(
        curl_easy_escape(curl, value.c_str(), static_cast<int>(value.size())), curl_free);
    url += separator + name + "=" + escaped.get();
    separator = '&';
  }
  return url;
}

using Curl = std::unique_ptr<CURL, void (*)(CURL*)>;

// Everything but what happens to the answer. `question` outlives the transfer.
void Prepare(CURL* curl, const std::string& socket, const ApiQuestion& question) {
  curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(curl, CURLOPT_URL, UrlOf(curl, question).c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, question.method.c_str());
  if (question.method == "GET") return;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, question.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(question.body.size()));
}

std::string WhySilent(const std::string& socket, CURLcode code) {
  if (code != CURLE_COULDNT_CONNECT) return curl_easy_strerror(code);
  const bool denied = ::access(socket.c_str(), W_OK) != 0 && errno == EACCES;
  return denied ? "root, its user and its group may ask, this user may not"
                : "does synsplice run, with this admin.socket?";
}

ApiAnswer Silence(const std::string& socket, CURLcode code) {
  return {{}, fmt::format("nobody answers at {}: {}", socket, WhySilent(socket, code))};
}

long StatusOf(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

ApiAnswer AnswerOf(const std::string& socket, long status, std::string body) {
  if (status == 200) return {std::move(body), {}};
  std::string trouble = fmt::format("{}: {}", socket, DetailOf(body, status));
  return {std::move(body), std::move(trouble)};
}

struct Streaming {
  CURL* curl;
  const TakeBytes& take;
  std::string problem = {};  // instead of a stream
  bool has_begun = false, has_enough = false;

  bool Take(std::string_view bytes) {
    has_begun = has_begun || !bytes.empty();
    has_enough = has_enough || !take(bytes);
    return !has_enough;
  }
};

size_t TakePiece(const char* data, size_t size, size_t count, void* to) {
  auto& streaming = *static_cast<Streaming*>(to);
  const std::string_view bytes(data, size * count);
  if (StatusOf(streaming.curl) != 200) {
    streaming.problem += bytes;
    return bytes.size();
  }
  return streaming.Take(bytes) ? bytes.size() : 0;
}

// Once a second at least.
int LookAround(void* to, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Streaming*>(to)->Take({}) ? 0 : 1;
}

}  // namespace

int SayTrouble(const ApiAnswer& answer) {
  std::cerr << "synsplicectl: " << answer.trouble << "\n";
  return 1;
}

ApiAnswer AskApi(const std::string& socket, const ApiQuestion& question) {
  const Curl curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return {{}, "no HTTP client"};
  std::string body;
  Prepare(curl.get(), socket, question);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT,
                   question.method == "GET" ? kTimeoutSeconds : kChangeSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return Silence(socket, code);
  }
  return AnswerOf(socket, StatusOf(curl.get()), std::move(body));
}

ApiAnswer StreamApi(const std::string& socket, const ApiQuestion& question, const TakeBytes& take) {
  const Curl curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return {{}, "no HTTP client"};
  Streaming streaming{curl.get(), take};
  Prepare(curl.get(), socket, question);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, TakePiece);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &streaming);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, LookAround);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &streaming);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  const CURLcode code = curl_easy_perform(curl.get());
  if (streaming.has_enough) return {};
  if (code != CURLE_OK && streaming.has_begun) {
    return {{}, fmt::format("{}: the answer has broken off: {}", socket, curl_easy_strerror(code))};
  }
  if (code != CURLE_OK) return Silence(socket, code);
  return AnswerOf(socket, StatusOf(curl.get()), std::move(streaming.problem));
}

}  // namespace synsplice
