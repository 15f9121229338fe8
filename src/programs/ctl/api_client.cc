#include "programs/ctl/api_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

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

}  // namespace

int SayTrouble(const ApiAnswer& answer) {
  std::cerr << "synsplicectl: " << answer.trouble << "\n";
  return 1;
}

ApiAnswer AskApi(const std::string& socket, const ApiQuestion& question) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return {{}, "no HTTP client"};
  const std::string url = UrlOf(curl.get(), question);
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, question.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  if (question.method != "GET") {
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kChangeSeconds);
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, question.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(question.body.size()));
  }
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return {{}, fmt::format("nobody answers at {}: {}", socket, curl_easy_strerror(code))};
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return {std::move(body), {}};
  std::string trouble = fmt::format("{}: {}", socket, DetailOf(body, status));
  return {std::move(body), std::move(trouble)};
}

}  // namespace synsplice
