#include "control/rules/schema_expansion.h"

#include <fmt/format.h>

#include <string_view>

#include "control/rules/bad_rules.h"
#include "control/rules/schema_keywords.h"
#include "text/did_you_mean.h"
#include "text/printable.h"

namespace synsplice {
namespace {

using Json = nlohmann::json;
using Path = Json::json_pointer;

constexpr size_t kMostExpanded = 1 << 20;  // bytes of JSON
constexpr unsigned kMostDepth = 64;        // schemas inside each other

[[noreturn]] void Refuse(const Path& path, const std::string& sentence) {
  throw BadRules{fmt::format("#{}: {}", path.to_string(), sentence)};
}

Holds KindOf(const std::string& keyword, const Path& path) {
  if (const Holds* kind = FindKeyword(keyword)) return *kind;
  Refuse(path,
         fmt::format("unknown keyword {}{}", Quoted(keyword), DidYouMean(keyword, AllKeywords())));
}

// Draft 7 ignores what stands beside a $ref, and a `then` without `if`.
void RefuseWhatIsIgnored(const Json& schema, const Path& path) {
  const bool refers = schema.contains("$ref");
  for (const auto& [keyword, value] : schema.items()) {
    const bool is_remark = keyword == "title" || keyword == "$comment" || keyword == "description";
    if (refers && keyword != "$ref" && !is_remark) {
      Refuse(path, fmt::format("{} beside $ref demands nothing: write both under allOf",
                               Quoted(keyword)));
    }
  }
  const bool has_branch = schema.contains("then") || schema.contains("else");
  if (has_branch && !schema.contains("if")) Refuse(path, "then and else need an if");
}

class Expansion {
 public:
  explicit Expansion(const Json& root) : root_(root) {}

  Json Schema(const Json& schema, const Path& path, unsigned depth) {
    if (depth > kMostDepth) {
      Refuse(path, fmt::format("schemas inside each other or references that go round, allowed: {}",
                               kMostDepth));
    }
    if (schema.is_boolean()) return schema;
    if (!schema.is_object()) Refuse(path, "no schema: must be an object, true or false");
    RefuseWhatIsIgnored(schema, path);
    if (schema.contains("$ref")) return Referenced(schema, path, depth);
    Json expanded = Json::object();
    for (const auto& [keyword, value] : schema.items()) {
      Json inside = Value(KindOf(keyword, path), value, path / keyword, depth);
      if (keyword != "definitions") expanded[keyword] = std::move(inside);
    }
    return expanded;
  }

 private:
  void Spend(size_t bytes, const Path& path) {
    spent_ += bytes;
    if (spent_ <= kMostExpanded) return;
    Refuse(path, fmt::format("longer than {} MiB with all that references stand for",
                             kMostExpanded >> 20));
  }

  const Json& Target(const Json& reference, const Path& path) const {
    const std::string text = reference.is_string() ? reference.get<std::string>() : "";
    try {
      if (text.starts_with('#')) return root_.at(Path(text.substr(1)));
    } catch (const Json::exception&) {  // no pointer, or one to nothing
    }
    Refuse(path, fmt::format("$ref {} is nowhere in this file", Quoted(text)));
  }

  Json Referenced(const Json& schema, const Path& path, unsigned depth) {
    Spend(schema.dump().size(), path);
    Json expanded = Schema(Target(schema.at("$ref"), path), path, depth + 1);
    if (!expanded.is_object() || !(schema.contains("title") || schema.contains("$comment"))) {
      return expanded;
    }
    expanded.erase("title");
    for (const char* name : {"title", "$comment"}) {
      if (schema.contains(name)) expanded[name] = schema.at(name);
    }
    return expanded;
  }

  Json Value(Holds kind, const Json& value, const Path& path, unsigned depth) {
    Spend(path.back().size(), path);
    if (const std::string why = WhyNoValue(kind, value); !why.empty()) Refuse(path, why);
    switch (kind) {
      case Holds::kSchema:
        return Schema(value, path, depth + 1);
      case Holds::kItems:
        return value.is_array() ? Schemas(value, path, depth) : Schema(value, path, depth + 1);
      case Holds::kSchemas:
        return Schemas(value, path, depth);
      case Holds::kMembers:
      case Holds::kPatterns:
        return Members(value, path, depth);
      default:
        Spend(value.dump().size(), path);
        return value;
    }
  }

  Json Schemas(const Json& schemas, const Path& path, unsigned depth) {
    Json expanded = Json::array();
    for (size_t i = 0; i < schemas.size(); ++i) {
      Spend(1, path);
      expanded.push_back(Schema(schemas[i], path / i, depth + 1));
    }
    return expanded;
  }

  Json Members(const Json& members, const Path& path, unsigned depth) {
    Json expanded = Json::object();
    for (const auto& [name, schema] : members.items()) {
      Spend(name.size() + 1, path);
      expanded[name] = Schema(schema, path / name, depth + 1);
    }
    return expanded;
  }

  const Json& root_;
  size_t spent_ = 0;
};

}  // namespace

nlohmann::json ExpandSchema(const nlohmann::json& root) {
  return Expansion(root).Schema(root, Path(), 0);
}

}  // namespace synsplice
