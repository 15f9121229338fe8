#include "programs/ctl/api_pages.h"

#include <algorithm>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

// As many as the API puts into one page at most.
constexpr size_t kPage = 1000;

}  // namespace

ApiAnswer ForEachPage(const std::string& socket, const ApiQuestion& question, size_t limit,
                      const std::function<size_t(JsonValue&)>& take) {
  JsonValue cursor;
  do {
    ApiQuestion next = question;
    next.query.emplace_back("limit", std::to_string(std::min(limit, kPage)));
    if (cursor.is_string()) next.query.emplace_back("cursor", cursor);
    ApiAnswer answer = AskApi(socket, next);
    if (!answer.trouble.empty()) return answer;
    JsonValue page = JsonValue::parse(answer.body);
    limit -= take(page);
    cursor = page["cursor"];
  } while (!cursor.is_null() && limit != 0);
  return {};
}

}  // namespace synsplice
