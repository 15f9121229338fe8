#include "text/json_words.h"

namespace synsplice {

std::string PlainText(const nlohmann::ordered_json& value) {
  return value.is_string()
             ? value.get<std::string>()
             : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Words(const nlohmann::ordered_json& object) {
  std::string words;
  for (const auto& [key, value] : object.items()) {
    if (!words.empty()) words += ' ';
    words += value.is_object() ? Words(value) : key + "=" + PlainText(value);
  }
  return words;
}

}  // namespace synsplice
