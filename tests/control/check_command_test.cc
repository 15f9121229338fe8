#include "control/check_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

constexpr const char* kGood = R"(ports: {outside: {device: net_null0}, inside: {device: net_null1}}
services:
- {name: a, listen: ["198.18.0.1:80"],
   connlimit: {above: 50}}
)";
constexpr const char* kRules = R"({"title": "few connections", "properties": {"services": {"items":
    {"properties": {"connlimit": {"properties": {"above": {"maximum": 10}}}}}}}})";

struct Outcome {
  int status;
  std::string out;
  std::string error;
};

Outcome Check(const CheckOptions& options) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = RunCheck(options);
  std::fflush(stdout);
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(RunCheck, GoodFile) {
  const TemporaryFolder folder;
  const std::string file = folder.Write(
      "good.yaml", R"(ports: {outside: {device: net_null0}, inside: {device: net_null1}}
services:
- {name: a, listen: ["198.18.0.1:80", "198.18.0.1:81"]}
- {name: b, listen: ["[2001:db8::1]:80"]}
)");
  const Outcome outcome = Check({.file = file});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(outcome.out.starts_with(file + ": ok (2 services, 3 listeners)\nmemory, "));
  EXPECT_NE(outcome.out.find("\n  pages to reserve "), std::string::npos);
  EXPECT_EQ(outcome.error, "");
}

TEST(RunCheck, BadFile) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("bad.yaml", "worker: 1\nports: 2\n");
  const Outcome outcome = Check({.file = file});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.error, file + ":1:1: worker: unknown key, did you mean 'workers'?\n" +
                               "worker: 1\n^\n" + file +
                               ":2:8: ports: is a single value, must be a map (key: value)\n" +
                               "ports: 2\n       ^\n");
}

TEST(RunCheck, TheRulesOfACommandLine) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("good.yaml", kGood);
  const std::string rules = folder.Write("rules.json", kRules);
  const Outcome broken = Check({.file = file, .rules = rules});
  EXPECT_EQ(broken.status, 1);
  EXPECT_EQ(broken.out, "");
  EXPECT_EQ(broken.error,
            file +
                ":4:16: services[0].connlimit.above: breaks the site rule 'few connections' of " +
                rules + ": is 50: expected number less than or equal to 10\n" +
                "   connlimit: {above: 50}}\n               ^\n");
  EXPECT_EQ(Check({.file = file, .rules = folder.Write("none.json", "{}")}).status, 0);
  const Outcome bad = Check({.file = file, .rules = folder.Write("bad.json", "{")});
  EXPECT_EQ(bad.status, 1);
  EXPECT_TRUE(bad.error.starts_with(folder.File("bad.json") + ": no JSON: ")) << bad.error;
}

TEST(RunCheck, TheRulesOfTheFile) {
  const TemporaryFolder folder;
  const std::string rules = folder.Write("rules.json", kRules);
  const std::string more = "policy: {require: '" + rules + "'}\n";
  const Outcome broken = Check({.file = folder.Write("good.yaml", kGood + more)});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.error, HasSubstr("breaks the site rule 'few connections' of " + rules));
  folder.Write("rules.json", R"({"minimun": 1})");
  EXPECT_THAT(Check({.file = folder.File("good.yaml")}).error,
              HasSubstr("good.yaml:5:10: policy.require: " + rules +
                        ": #: unknown keyword 'minimun', did you mean 'minimum'?"));
}

TEST(RunCheck, AsJson) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("good.yaml", kGood);
  const Outcome good = Check({.file = file, .json = true});
  EXPECT_EQ(good.status, 0);
  const Json document = Json::parse(good.out);
  EXPECT_EQ(document["file"], file);
  EXPECT_EQ(document["ok"], true);
  EXPECT_EQ(document["findings"], Json::array());
  EXPECT_EQ(document["configuration"]["services"][0]["connlimit"]["above"], 50);
  EXPECT_EQ(document["configuration"]["services"][0]["mode"], "always");

  const std::string rules = folder.Write("rules.json", kRules);
  const Outcome broken = Check({.file = file, .rules = rules, .json = true});
  EXPECT_EQ(broken.status, 1);
  EXPECT_EQ(broken.error, "");
  const Json told = Json::parse(broken.out);
  EXPECT_EQ(told["ok"], false);
  EXPECT_EQ(told["mistakes"], 1);
  EXPECT_EQ(told["findings"][0]["rule"], "few connections");
  EXPECT_EQ(told["findings"][0]["key"], "services[0].connlimit.above");
  EXPECT_EQ(told["findings"][0]["line"], 4);
  EXPECT_TRUE(told["configuration"].is_object());
}

TEST(RunCheck, MistakesAsJson) {
  const TemporaryFolder folder;
  const Outcome wrong =
      Check({.file = folder.Write("bad.yaml", std::string(kGood) + "workers: 99\n"), .json = true});
  EXPECT_EQ(wrong.status, 1);
  const Json document = Json::parse(wrong.out);
  EXPECT_EQ(document["findings"][0]["key"], "workers");
  EXPECT_EQ(document["configuration"], nullptr);
  const Outcome none = Check({.file = folder.File("\xff"), .json = true});
  EXPECT_THAT(Json::parse(none.out)["findings"][0]["message"].get<std::string>(),
              HasSubstr("No such file"));
}

}  // namespace
}  // namespace synsplice
