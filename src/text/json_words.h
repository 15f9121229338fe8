// JSON for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace synsplice {

// "web", "7", "[1,2]": a string as it is.
std::string PlainText(const nlohmann::ordered_json& value);

// "service=web syns_per_second=90000": what nested objects hold as well.
std::string Words(const nlohmann::ordered_json& object);

}  // namespace synsplice
