#include "programs/ctl/json_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string_view>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr size_t kColumns = 80;
constexpr std::string_view kUnknown = "-";

struct Cell {
  std::string text;
  bool is_number = false;
};

std::string TextOf(const JsonValue& value) {
  if (value.is_string()) return value;
  if (value.is_null()) return std::string(kUnknown);
  if (value.is_number_float()) return fmt::format("{:.3f}", value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string joined;
  for (const JsonValue& item : value) joined += (joined.empty() ? "" : ",") + TextOf(item);
  return joined;
}

Cell CellOf(JsonValue row, const std::string& column) {
  std::string pointer = "/" + column;
  std::ranges::replace(pointer, '.', '/');
  const JsonValue value = row.value(JsonValue::json_pointer(pointer), JsonValue());
  return {TextOf(value), value.is_number()};
}

// Two spaces between columns; one where the table fits a terminal by that.
std::string_view GapOf(const std::vector<size_t>& widths) {
  const size_t gaps = widths.size() - 1;
  const size_t narrow = std::reduce(widths.begin(), widths.end()) + gaps;
  return narrow <= kColumns && narrow + gaps > kColumns ? " " : "  ";
}

// The last column has no spaces behind it.
std::string Line(const std::vector<Cell>& cells, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const char* format = cells[i].is_number ? "{:>{}}{}" : "{:<{}}{}";
    line += fmt::format(fmt::runtime(format), cells[i].text, widths[i], GapOf(widths));
  }
  return line.erase(line.find_last_not_of(' ') + 1) + "\n";
}

void AddLines(const JsonValue& object, const std::string& prefix,
              std::vector<std::pair<std::string, std::string>>& lines) {
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      AddLines(value, prefix + key + ".", lines);
    } else {
      lines.emplace_back(prefix + key, TextOf(value));
    }
  }
}

}  // namespace

std::string JsonTable(const JsonValue& rows, const std::vector<JsonColumn>& columns) {
  std::vector<std::vector<Cell>> lines(1);
  for (const JsonValue& row : rows) {
    std::vector<Cell>& line = lines.emplace_back();
    for (const JsonColumn& column : columns) line.push_back(CellOf(row, column.path));
  }
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns.size(); ++i) {
    lines[0].push_back({columns[i].heading(), lines.size() > 1 && lines[1][i].is_number});
    size_t width = 0;
    for (const auto& line : lines) width = std::max(width, line[i].text.size());
    widths.push_back(width);
  }
  std::string table;
  for (const auto& line : lines) table += Line(line, widths);
  return table;
}

std::string JsonLines(const JsonValue& object) {
  std::vector<std::pair<std::string, std::string>> lines;
  AddLines(object, "", lines);
  size_t width = 0;
  for (const auto& [name, text] : lines) width = std::max(width, name.size());
  std::string table;
  for (const auto& [name, text] : lines) {
    fmt::format_to(std::back_inserter(table), "{:<{}}  {}\n", name, width, text);
  }
  return table;
}

}  // namespace synsplice
