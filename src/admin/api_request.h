// What a client asks of the API, whoever carries it.
#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/json_value.h"
#include "capture/byte_source.h"

namespace synsplice {

// What a client may do; each may what the one before may.
enum class Role : uint8_t {
  kRead,
  kOperate,  // act on connections
  kAdmin,    // change the configuration
};

struct ApiRequest {
  using Query = std::map<std::string, std::string, std::less<>>;

  std::string_view method = {};  // as HTTP names it
  std::string_view path = {};    // without its query
  Query query = {};
  Role role = Role::kRead;
  std::string who = {};  // for the log
  std::string body = {};
};

struct ApiResponse {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string allow;  // with status 405: the methods that there are
  // The answer goes on for as long as the client listens (admin/live), from the event behind this.
  std::optional<uint64_t> stream_after = std::nullopt;
  // The answer is what comes from here, for as long as something may come.
  std::shared_ptr<ByteSource> source = nullptr;
};

// The whole text as a decimal number; false: it is none.
template <typename Number>
bool ReadNumber(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

ApiResponse JsonResponse(const JsonValue& value);

// A problem document (RFC 9457), with members of its own.
ApiResponse Problem(unsigned status, std::string_view title, std::string_view detail,
                    const JsonValue& more = JsonValue::object());

}  // namespace synsplice
