#include "admin/events/event_text.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "text/json_words.h"

namespace synsplice {
namespace {

// As syslog has them.
constexpr std::string_view kWarning = "4", kNotice = "5";

std::string_view PriorityOf(const JsonValue& event) {
  const bool down = event.value("state", "") == "down";
  const bool failed = event.value(JsonValue::json_pointer("/reload/result"), "") == "failed";
  const bool full = event.value(JsonValue::json_pointer("/table/state"), "") == "full";
  const std::string type = event.value("event_type", "");
  const bool attacked = type == "attack_start" || type == "drop";
  return down || failed || full || attacked ? kWarning : kNotice;
}

std::string MessageOf(JsonValue event) {
  const std::string type = event.value("event_type", "");
  for (const char* name : {"timestamp", "src_type", "event_type"}) event.erase(name);
  return type + " " + Words(event);
}

// 64 bits, little-endian.
std::string LengthOf(std::string_view value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>(value.size() >> shift & 0xff);
  }
  return bytes;
}

void AddField(std::string& entry, std::string_view name, std::string_view value) {
  entry += name;
  if (value.find('\n') == std::string_view::npos) {
    entry += '=';
  } else {
    entry += '\n' + LengthOf(value);
  }
  entry += value;
  entry += '\n';
}

std::string FieldName(std::string_view key) {
  std::string name = "SYNSPLICE_";
  for (const char letter : key) name += static_cast<char>(std::toupper(letter));
  return name;
}

}  // namespace

std::string JsonLine(const JsonValue& value) {
  return value.dump(-1, ' ', false, JsonValue::error_handler_t::replace);
}

std::string EventLine(const JsonValue& event) { return JsonLine(event) + "\n"; }

std::string JournalEntry(const JsonValue& event) {
  std::string entry;
  AddField(entry, "MESSAGE", MessageOf(event));
  AddField(entry, "PRIORITY", PriorityOf(event));
  AddField(entry, "SYSLOG_IDENTIFIER", "synsplice");
  for (const auto& [key, value] : event.items()) {
    if (value.is_string()) AddField(entry, FieldName(key), value.get<std::string>());
  }
  AddField(entry, "SYNSPLICE_EVENT", JsonLine(event));
  return entry;
}

}  // namespace synsplice
