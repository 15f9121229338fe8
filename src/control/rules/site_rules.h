// What a site demands of every configuration (rule 48): a JSON Schema, draft 7, over the
// configuration as ShowAppliance shows it.
//
// A rule is a part of the schema; its name is the title (or $comment) of the innermost part with
// one around what is broken, or else the part's path. Parts under allOf, properties and items are
// judged one by one, so that what breaks them is told where it stands.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace synsplice {

struct BrokenRule {
  std::string rule;  // its name
  std::string key;   // of the configuration, such as services[0].connlimit.above
  std::string why;   // "is 0: expected ..."
};

struct RulePart;  // A part of the schema, compiled.

class SiteRules {
 public:
  // Reads a file. Never throws.
  explicit SiteRules(std::string path);
  ~SiteRules();
  SiteRules(SiteRules&&) noexcept;
  SiteRules& operator=(SiteRules&&) noexcept;

  const std::string& path() const { return path_; }
  // Why there are none; empty: they are good.
  const std::string& error() const { return error_; }

  // The first hundred. REQUIRES: error() is empty.
  std::vector<BrokenRule> Judge(const nlohmann::json& configuration) const;

 private:
  std::string path_;
  std::string error_;
  std::unique_ptr<RulePart> root_;
};

}  // namespace synsplice
