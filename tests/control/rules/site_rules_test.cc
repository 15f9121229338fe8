#include "control/rules/site_rules.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const nlohmann::json kConfiguration = nlohmann::json::parse(R"({
  "workers": 1, "cookie": {"epoch": 32, "secret_file": ""},
  "services": [{"name": "a", "mode": "always", "connlimit": {"above": 0}},
               {"name": "b", "mode": "off", "connlimit": {"above": 50}}]})");

// "RULE | key | why" of each.
std::vector<std::string> Broken(const std::string& rules) {
  const TemporaryFolder folder;
  const SiteRules read(folder.Write("rules.json", rules));
  EXPECT_EQ(read.error(), "") << rules;
  if (!read.error().empty()) return {};
  std::vector<std::string> texts;
  for (const auto& [rule, key, why] : read.Judge(kConfiguration)) {
    texts.push_back(fmt::format("{} | {} | {}", rule, key, why));
  }
  return texts;
}

std::string ErrorOf(const std::string& rules) {
  const TemporaryFolder folder;
  return SiteRules(folder.Write("rules.json", rules)).error();
}

// A rule about each service.
std::string OfServices(const std::string& rule) {
  return R"({"properties": {"services": {"items": )" + rule + "}}}";
}

TEST(SiteRules, ARuleThatIsKept) {
  EXPECT_THAT(Broken(R"({"title": "one worker", "properties": {"workers": {"const": 1}}})"),
              IsEmpty());
  EXPECT_THAT(Broken("{}"), IsEmpty());
}

TEST(SiteRules, TellNameAndPlaceOfWhatIsBroken) {
  EXPECT_THAT(
      Broken(R"({"allOf": [
        {"title": "limited", "properties": {"services": {"items": {
          "properties": {"connlimit": {"properties": {"above": {"minimum": 1}}}}}}}},
        {"$comment": "on", "properties": {"services": {"items": {
          "properties": {"mode": {"not": {"const": "off"}}}}}}}]})"),
      ElementsAre("limited | services[0].connlimit.above | is 0: expected number greater than or "
                  "equal to 1",
                  "on | services[1].mode | is \"off\": target should not validate against schema "
                  "specified in 'not' constraint"));
}

TEST(SiteRules, TheNameIsTheInnermost) {
  EXPECT_THAT(Broken(R"({"title": "site", "properties": {"workers": {"const": 1},
                         "cookie": {"title": "long", "properties": {"epoch": {"minimum": 64}}}}})"),
              ElementsAre("long | cookie.epoch | is 32: expected number greater than or equal to "
                          "64"));
  EXPECT_THAT(Broken(R"({"title": "site", "properties": {"workers": {"const": 2}}})"),
              ElementsAre(HasSubstr("site | workers | is 1: ")));
}

TEST(SiteRules, WithoutANameTheyHaveTheirPath) {
  EXPECT_THAT(
      Broken(OfServices(R"({"properties": {"mode": {"enum": ["always"]}}})")),
      ElementsAre(HasSubstr("#/properties/services/items/properties/mode | services[1].mode | ")));
}

TEST(SiteRules, ReferencesAreFollowed) {
  const std::string rules = R"({"properties": {"services": {"items":
      {"title": "named here", "$ref": "#/definitions/on"}}},
      "definitions": {"on": {"title": "there", "properties": {"mode": {"const": "always"}}}}})";
  EXPECT_THAT(Broken(rules), ElementsAre(HasSubstr("named here | services[1].mode | ")));
}

TEST(SiteRules, OtherKeywordsAreOfTheirPart) {
  const std::string off = R"({"properties": {"mode": {"const": "off"}}})";
  const std::string many = R"({"properties": {"connlimit": {"properties": {"above":
      {"minimum": 100}}}}})";
  for (const std::string& rule :
       {R"({"title": "t", "if": )" + off + R"(, "then": )" + many + "}",
        R"({"title": "t", "anyOf": [{"not": )" + off + "}, " + many + "]}",
        std::string(R"({"title": "t", "required": ["name"], "oneOf": [{"properties":
            {"name": {"pattern": "^[ac]$"}}}, false]})")}) {
    EXPECT_THAT(Broken(OfServices(rule)), ElementsAre(HasSubstr("t | services[1] | "))) << rule;
  }
  EXPECT_THAT(Broken(OfServices(R"({"title": "t", "properties": {"name": true, "mode": true},
                                    "additionalProperties": false})")),
              SizeIs(2));
  EXPECT_THAT(Broken(OfServices(R"({"properties": {"connlimit": false}})")), SizeIs(2));
  EXPECT_THAT(Broken(R"({"title": "t", "required": ["missing"]})"),
              ElementsAre("t |  | missing required property 'missing'"));
}

TEST(SiteRules, WhatCannotBeRead) {
  const TemporaryFolder folder;
  EXPECT_THAT(SiteRules(folder.File("none")).error(),
              HasSubstr("cannot be read: No such file or directory"));
  EXPECT_THAT(SiteRules(folder.File("")).error(), HasSubstr("it is no regular file"));
  ASSERT_EQ(::mkfifo(folder.File("pipe").c_str(), 0600), 0);
  EXPECT_THAT(SiteRules(folder.File("pipe")).error(), HasSubstr("it is no regular file"));
  EXPECT_THAT(ErrorOf(std::string((1 << 20) + 1, ' ')), HasSubstr("it is longer than 1 MiB"));
}

TEST(SiteRules, WhatIsNoSchema) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("no JSON: parse error at line 1, column 1"));
  EXPECT_THAT(ErrorOf("services: []"), HasSubstr("no JSON: parse error at line 1, column 1"));
  EXPECT_THAT(ErrorOf("{\"title\": \"\xff\"}"), HasSubstr("no JSON: "));
  EXPECT_EQ(ErrorOf("[]"), "no JSON Schema: must be an object");
  EXPECT_EQ(ErrorOf(R"({"$schema": "http://json-schema.org/draft-04/schema#"})"),
            "$schema is 'http://json-schema.org/draft-04/schema#', must be "
            "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(ErrorOf(R"({"properties": {"workers": {"minimun": 1}}})"),
            "#/properties/workers: unknown keyword 'minimun', did you mean 'minimum'?");
  EXPECT_EQ(ErrorOf(R"({"properties": {"workers": {"minimum": "1"}}})"),
            "#/properties/workers/minimum: must be a number");
  EXPECT_EQ(ErrorOf(R"({"required": "services"})"), "#/required: must be a list of texts");
  EXPECT_EQ(ErrorOf(R"({"enum": 1})"), "#/enum: must be a list");
  EXPECT_EQ(ErrorOf(R"({"minItems": -1})"), "#/minItems: must be a whole number");
  EXPECT_EQ(ErrorOf(R"({"uniqueItems": 1})"), "#/uniqueItems: must be true or false");
  EXPECT_EQ(ErrorOf(R"({"then": {}})"), "#: then and else need an if");
  EXPECT_EQ(ErrorOf(R"({"not": {"$ref": "#/definitions/a", "minimum": 1},
                        "definitions": {"a": true}})"),
            "#/not: 'minimum' beside $ref demands nothing: write both under allOf");
  EXPECT_THAT(ErrorOf(R"({"type": "map"})"), HasSubstr("#: Unrecognised JSON type name 'map'"));
  EXPECT_EQ(ErrorOf(R"({"allOf": []})"), "#/allOf: must be a list of schemas");
  EXPECT_EQ(ErrorOf(R"({"properties": []})"), "#/properties: must be an object of schemas");
  EXPECT_EQ(ErrorOf(R"({"items": 1})"), "#/items: no schema: must be an object, true or false");
  EXPECT_EQ(ErrorOf(R"({"pattern": "("})"), "#/pattern: '(' is no regular expression");
  EXPECT_EQ(ErrorOf(R"({"pattern": 1})"), "#/pattern: must be a text");
  EXPECT_EQ(ErrorOf(R"({"pattern": ")" + std::string(100'000, '(') + "\"}"),
            "#/pattern: a pattern of 100000 bytes, allowed: 1000");
  EXPECT_EQ(ErrorOf(R"({"patternProperties": {"[": true}})"),
            "#/patternProperties: '[' is no regular expression");
}

TEST(SiteRules, ReferencesEnd) {
  EXPECT_THAT(ErrorOf(R"({"$ref": "#"})"), HasSubstr("references that go round"));
  EXPECT_THAT(ErrorOf(R"({"definitions": {"a": {"not": {"$ref": "#/definitions/a"}}}})"),
              HasSubstr("references that go round"));
  EXPECT_THAT(ErrorOf(R"({"$ref": "#/definitions/a"})"), HasSubstr("is nowhere in this file"));
  EXPECT_THAT(ErrorOf(R"({"$ref": "http://198.18.0.1/rules"})"),
              HasSubstr("is nowhere in this file"));
  std::string many = R"({"definitions": {"d0": {"enum": ["x"]})";
  for (int i = 1; i < 30; ++i) {
    many += fmt::format(R"(, "d{0}": {{"allOf": [{{"$ref": "#/definitions/d{1}"}},
                                               {{"$ref": "#/definitions/d{1}"}}]}})",
                        i, i - 1);
  }
  EXPECT_THAT(ErrorOf(many + "}}"),
              HasSubstr("longer than 1 MiB with all that references stand for"));
}

TEST(SiteRules, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"not":)";
  EXPECT_EQ(ErrorOf(deep + "true" + std::string(100'000, '}')),
            "JSON values inside each other, allowed: 64");
}

TEST(SiteRules, NoTextIsTooLongForAPattern) {
  const TemporaryFolder folder;
  const SiteRules rules(
      folder.Write("rules.json", R"({"properties": {"a": {"pattern": "(b|c)*"}}})"));
  const auto broken = rules.Judge({{"services", {{{"name", std::string(1'000'000, 'b')}}}}});
  ASSERT_THAT(broken, SizeIs(1));
  EXPECT_EQ(broken[0].key, "services[0].name");
  EXPECT_THAT(rules.Judge({{"a", std::string(1024, 'b')}}), IsEmpty());
  EXPECT_EQ(broken[0].why, "is longer than 1024 bytes");
}

TEST(SiteRules, FindingsAreBounded) {
  const TemporaryFolder folder;
  const SiteRules rules(folder.Write("rules.json", R"({"items": false})"));
  EXPECT_THAT(rules.Judge(std::vector<int>(5000)), SizeIs(100));
}

}  // namespace
}  // namespace synsplice
