// A value of the configuration file that knows its key path and position.
//
// The one way to read a map is ReadMap with the table of its known keys: unknown, duplicate and
// missing keys are found there and nowhere else.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/yaml/config_report.h"

namespace synsplice {

class YamlValue;

// A value of the configuration that is bound to where it is stored, both ways.
struct Field {
  // Stores what the file says, or reports why it can't.
  std::function<void(const YamlValue&)> read;
  // What is stored, for whoever judges it: durations are numbers of seconds, null is none.
  std::function<nlohmann::ordered_json()> show;
};

class YamlValue {
 public:
  using Reader = std::function<void(const YamlValue&)>;

  struct Key {
    std::string_view name;
    Field field;
    bool required = false;
  };

  // The whole file. REQUIRES: `report` outlives the value and its children.
  YamlValue(YAML::Node root, ConfigReport& report) : node_(std::move(root)), report_(report) {}

  bool IsScalar() const { return node_.IsScalar(); }
  void Fail(const std::string& sentence) const;

  // The text of a scalar; nullopt: it is none, and this was reported.
  std::optional<std::string> Text() const;
  void ReadMap(const std::vector<Key>& keys) const;
  void ReadList(size_t most, const Reader& read_item) const;

 private:
  YamlValue(YAML::Node node, std::string path, Position position, ConfigReport& report);

  bool Is(YAML::NodeType::value kind) const;
  YamlValue ChildOf(const YAML::Node& key, const YAML::Node& value) const;
  // Returns the key that was probably meant; empty: none of them.
  std::string_view FailUnknown(std::string_view name, const std::vector<Key>& keys) const;

  YAML::Node node_;
  std::string path_;
  Position position_;
  ConfigReport& report_;
};

}  // namespace synsplice
