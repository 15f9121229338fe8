// JSON of the API as a table for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace synsplice {

// An array of objects: a row each, under the names of `columns`. A column is a key, or keys with
// dots between them. Numbers stand right, lists are joined by commas.
std::string JsonTable(const nlohmann::ordered_json& rows, const std::vector<std::string>& columns);

// An object: a line for each value, nested ones under names with dots.
std::string JsonLines(const nlohmann::ordered_json& object);

}  // namespace synsplice
