#include "control/yaml/yaml_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "text/did_you_mean.h"
#include "text/printable.h"

namespace synsplice {
namespace {

std::string_view KindName(YAML::NodeType::value kind) {
  switch (kind) {
    case YAML::NodeType::Map:
      return "a map (key: value)";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Scalar:
      return "a single value";
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      break;
  }
  return "nothing";
}

// The parser puts an absent value where the next token is: `fallback` is nearer to the mistake.
Position PositionOf(const YAML::Node& node, Position fallback) {
  const YAML::Mark mark = node.Mark();
  if (node.IsNull() || mark.is_null()) return fallback;
  return {mark.line + 1, mark.column + 1};
}

}  // namespace

YamlValue::YamlValue(YAML::Node node, std::string path, Position position, ConfigReport& report)
    : node_(std::move(node)), path_(std::move(path)), position_(position), report_(report) {}

void YamlValue::Fail(const std::string& sentence) const {
  report_.Fail(path_, position_, path_.empty() ? "the file " + sentence : sentence);
}

bool YamlValue::Is(YAML::NodeType::value kind) const {
  if (node_.Type() == kind) return true;
  const std::string is =
      node_.IsNull() ? "has no value" : fmt::format("is {}", KindName(node_.Type()));
  Fail(fmt::format("{}, must be {}", is, KindName(kind)));
  return false;
}

std::optional<std::string> YamlValue::Text() const {
  if (!Is(YAML::NodeType::Scalar)) return std::nullopt;
  return node_.Scalar();
}

YamlValue YamlValue::ChildOf(const YAML::Node& key, const YAML::Node& value) const {
  const Position at_key = PositionOf(key, position_);
  const std::string name = Shortened(key.Scalar());
  const std::string path = path_.empty() ? name : path_ + "." + name;
  return {value, path, PositionOf(value, at_key), report_};
}

std::string_view YamlValue::FailUnknown(std::string_view name, const std::vector<Key>& keys) const {
  std::vector<std::string_view> names;
  for (const Key& key : keys) names.push_back(key.name);
  const std::string hint = DidYouMean(name, names);
  Fail("unknown key" +
       (hint.empty() ? fmt::format(", known here: {}", fmt::join(names, ", ")) : hint));
  return NearestWord(name, names);
}

void YamlValue::ReadMap(const std::vector<Key>& keys) const {
  if (!Is(YAML::NodeType::Map)) return;
  std::map<std::string, Position> seen;
  std::set<std::string_view> meant;
  // Iteration shows every pair of the file, a look-up by key only the first one.
  for (const auto& pair : node_) {
    if (!pair.first.IsScalar()) {
      report_.Fail(path_, PositionOf(pair.first, position_), "a key must be a single word");
      continue;
    }
    const std::string name = pair.first.Scalar();
    const YamlValue child = ChildOf(pair.first, pair.second);
    const YamlValue child_key(pair.first, child.path_, PositionOf(pair.first, position_), report_);
    const auto [first, is_new] = seen.emplace(name, child_key.position_);
    const auto known = std::ranges::find(keys, name, &Key::name);
    if (known == keys.end()) {
      // A required key that is misspelt is not missing as well.
      meant.insert(child_key.FailUnknown(name, keys));
      report_.MarkIncomplete(path_);
    } else if (!is_new) {
      child_key.Fail(fmt::format("duplicate key, first given in line {}", first->second.line));
    } else {
      report_.Locate(child.path_, child_key.position_);
      known->field.read(child);
    }
  }
  for (const Key& key : keys) {
    if (!key.required || seen.contains(std::string(key.name)) || meant.contains(key.name)) continue;
    Fail(fmt::format("required key '{}' is missing", key.name));
  }
}

void YamlValue::ReadList(size_t most, const Reader& read_item) const {
  if (!Is(YAML::NodeType::Sequence)) return;
  if (node_.size() > most) {
    Fail(fmt::format("has {} items, allowed: 0 to {}", node_.size(), most));
    return;
  }
  size_t index = 0;
  for (const YAML::Node& node : node_) {
    const std::string path = fmt::format("{}[{}]", path_, index++);
    const Position position = PositionOf(node, position_);
    report_.Locate(path, position);
    read_item(YamlValue(node, path, position, report_));
  }
}

}  // namespace synsplice
