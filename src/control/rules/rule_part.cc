#include "control/rules/rule_part.h"

#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "control/rules/bad_rules.h"
#include "text/printable.h"

namespace synsplice {
namespace {

using Json = nlohmann::json;
using Path = Json::json_pointer;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

std::optional<std::string> NameOf(const Json& schema) {
  for (const char* keyword : {"title", "$comment"}) {
    if (!schema.contains(keyword)) continue;
    const Json& name = schema.at(keyword);
    if (name.is_string() && !name.get_ref<const std::string&>().empty()) return name;
  }
  return std::nullopt;
}

void Populate(const Json& schema, const Path& path, valijson::Schema& own) {
  try {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(schema), own);
  } catch (const std::exception& error) {
    throw BadRules{fmt::format("#{}: {}", path.to_string(), error.what())};
  }
}

class Compiler {
 public:
  // `around` is the name of the innermost part with one; empty: there is none.
  std::unique_ptr<RulePart> Part(const Json& schema, const Path& path, const std::string& around) {
    auto part = std::make_unique<RulePart>();
    const std::string named = schema.is_object() ? NameOf(schema).value_or(around) : around;
    part->name = named.empty() ? "#" + path.to_string() : named;
    Json own = schema;
    if (schema.is_object()) TakeParts(own, path, named, *part);
    Populate(own, path, part->own);
    return part;
  }

 private:
  // Moves what has a place of its own in the configuration out of `own`.
  void TakeParts(Json& own, const Path& path, const std::string& named, RulePart& part) {
    if (const auto all = own.find("allOf"); all != own.end()) {
      for (size_t i = 0; i < all->size(); ++i) {
        part.all.push_back(Part((*all)[i], path / "allOf" / i, named));
      }
      own.erase("allOf");
    }
    if (const auto items = own.find("items"); items != own.end() && !items->is_array()) {
      part.items = Part(*items, path / "items", named);
      own.erase("items");
    }
    if (const auto members = own.find("properties"); members != own.end()) {
      for (auto& [name, schema] : members->items()) {
        part.members[name] = Part(schema, path / "properties" / name, named);
        schema = Json::object();  // additionalProperties are the others
      }
    }
  }
};

class Judge {
 public:
  explicit Judge(size_t most) : most_(most) {}

  void Value(const RulePart& part, const Json& value, const std::string& key) {
    valijson::ValidationResults results;
    if (!validator_.validate(part.own, Adapter(value), &results)) {
      broken_.push_back({part.name, key, Why(value, results)});
    }
    for (const auto& other : part.all) Inside(*other, value, key);
    if (value.is_object()) Members(part, value, key);
    if (!value.is_array() || !part.items) return;
    for (size_t i = 0; i < value.size(); ++i) {
      Inside(*part.items, value[i], fmt::format("{}[{}]", key, i));
    }
  }

  std::vector<BrokenRule> TakeBroken() { return std::move(broken_); }

 private:
  void Inside(const RulePart& part, const Json& value, const std::string& key) {
    if (broken_.size() < most_) Value(part, value, key);
  }

  void Members(const RulePart& part, const Json& value, const std::string& key) {
    for (const auto& [name, member] : part.members) {
      const auto found = value.find(name);
      if (found != value.end()) Inside(*member, *found, key.empty() ? name : key + '.' + name);
    }
  }

  // The library's last sentence sums up those before it.
  static std::string Why(const Json& value, valijson::ValidationResults& results) {
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
    }
    std::string why = error.description.empty() ? "it may not be there" : error.description;
    if (why.ends_with('.')) why.pop_back();
    if (const size_t zeros = why.rfind(".000000"); zeros != std::string::npos) why.resize(zeros);
    why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
    return value.is_structured() ? why : fmt::format("is {}: {}", Shortened(value.dump()), why);
  }

  const size_t most_;
  valijson::Validator validator_;
  std::vector<BrokenRule> broken_;
};

}  // namespace

std::unique_ptr<RulePart> CompileRules(const nlohmann::json& schema) {
  return Compiler().Part(schema, Path(), "");
}

std::vector<BrokenRule> JudgeValue(const RulePart& root, const nlohmann::json& value, size_t most) {
  Judge judge(most);
  judge.Value(root, value, "");
  return judge.TakeBroken();
}

}  // namespace synsplice
