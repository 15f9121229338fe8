#include "timeline/json_lines.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "text/json_words.h"
#include "timeline/client_text.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;
using Names = std::initializer_list<const char*>;

// The first of `names` that is there; null: none is.
const JsonValue& Field(const JsonValue& object, Names names) {
  static const JsonValue none;
  for (const char* name : names) {
    if (const auto found = object.find(name); found != object.end()) return *found;
  }
  return none;
}

std::optional<LogTime> TimeOf(const JsonValue& value) {
  if (value.is_number()) return FromEpoch(value.get<double>());
  if (!value.is_string()) return std::nullopt;
  return ParseIsoTime(value.get_ref<const std::string&>());
}

std::optional<Address> ClientOf(const JsonValue& value) {
  if (!value.is_string()) return std::nullopt;
  return ParseClient(value.get_ref<const std::string&>());
}

// The values of those of `names` that are there.
std::string Values(const JsonValue& object, std::initializer_list<Names> fields) {
  std::string values;
  for (const Names names : fields) {
    const JsonValue& value = Field(object, names);
    if (value.is_null()) continue;
    if (!values.empty()) values += ' ';
    values += PlainText(value);
  }
  return values;
}

std::optional<LogRecord> OurEvent(JsonValue event) {
  const auto time = TimeOf(Field(event, {"timestamp"}));
  const JsonValue client = Field(event, {"client_ip"}), type = Field(event, {"event_type"});
  const auto address = ClientOf(client);
  if (!time || !type.is_string() || (!client.is_null() && !address)) return std::nullopt;
  for (const char* name : {"timestamp", "src_type", "event_type", "client_ip"}) event.erase(name);
  // What the numbers of an attack beside them sum up.
  for (JsonValue& part : event) {
    if (part.is_object()) part.erase("windows");
  }
  return LogRecord{*time, address, "synsplice", type, Words(event)};
}

std::optional<LogRecord> AccessLine(const JsonValue& line) {
  const auto time = TimeOf(Field(line, {"time", "timestamp", "@timestamp", "ts"}));
  const auto client = ClientOf(Field(line, {"remote_addr"}));
  if (!time || !client) return std::nullopt;
  return LogRecord{*time, client, "access", "request",
                   Values(line, {{"method"}, {"path", "uri", "url"}, {"status"}, {"user_agent"}})};
}

std::optional<LogRecord> EdgeEvent(const JsonValue& event) {
  const auto time = TimeOf(Field(event, {"Datetime", "datetime"}));
  const auto client = ClientOf(Field(event, {"ClientIP", "clientIP"}));
  const JsonValue& action = Field(event, {"Action", "action"});
  if (!time || !client || !action.is_string()) return std::nullopt;
  return LogRecord{*time, client, "cloudflare", action,
                   Values(event, {{"ClientRequestMethod", "clientRequestHTTPMethodName"},
                                  {"ClientRequestPath", "clientRequestPath"},
                                  {"Source", "source"},
                                  {"RuleID", "ruleId"},
                                  {"ClientRequestUserAgent", "userAgent"}})};
}

}  // namespace

std::optional<LogRecord> FromJsonLine(std::string_view line) {
  JsonValue object = JsonValue::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  if (Field(object, {"src_type"}) == "synsplice") return OurEvent(std::move(object));
  if (!Field(object, {"ClientIP", "clientIP"}).is_null()) return EdgeEvent(object);
  return AccessLine(object);
}

}  // namespace synsplice
