// JSON of the API as a table for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace synsplice {

struct JsonColumn {
  std::string path;        // a key, or keys with dots between them
  std::string title = {};  // empty: the path

  const std::string& heading() const { return title.empty() ? path : title; }
};

// An array of objects: a row each, under the headings of `columns`. Numbers stand right, lists are
// joined by commas.
std::string JsonTable(const nlohmann::ordered_json& rows, const std::vector<JsonColumn>& columns);

// An object: a line for each value, nested ones under names with dots.
std::string JsonLines(const nlohmann::ordered_json& object);

}  // namespace synsplice
