// The configuration as rules of a site and other programs see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "control/config_schema.h"
#include "control/load_text.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

const std::filesystem::path kReference = std::filesystem::path(SYNSPLICE_CONF) / "synsplice.yaml";

Json Shown(std::string_view text) {
  const LoadedConfig loaded = LoadText(text);
  EXPECT_EQ(Render(loaded), "");
  return ShowAppliance(loaded.config);
}

Json ShownService(const std::string& keys) {
  return Shown("services: [{name: a, listen: ['198.18.0.1:80'], " + keys + "}]")["services"][0];
}

// The keys of all maps, each with the ones around it.
void AddKeys(const Json& value, const std::string& around, std::set<std::string>& keys) {
  if (!value.is_structured()) return;
  for (const auto& [name, inside] : value.items()) {
    const std::string key = value.is_object() ? around + '.' + name : around;
    if (value.is_object()) keys.insert(key);
    AddKeys(inside, key, keys);
  }
}

std::set<std::string> KeysOf(const Json& shown) {
  std::set<std::string> keys;
  AddKeys(shown, "", keys);
  return keys;
}

void AddKeys(const YAML::Node& node, const std::string& around, std::set<std::string>& keys) {
  for (const auto& item : node) {
    if (!node.IsMap()) {
      AddKeys(item, around, keys);
      continue;
    }
    const std::string key = around + '.' + item.first.Scalar();
    keys.insert(key);
    AddKeys(item.second, key, keys);
  }
}

// The text of the reference file, and that of the service behind "# " at its end, without comments
// before the keys that have no default.
TEST(ShownConfig, HasEveryKeyOfTheReferenceFile) {
  std::ifstream file(kReference);
  std::string text, example;
  for (std::string line; std::getline(file, line); text += line + '\n') {
    if (line == "# services:" || !example.empty()) example += line.substr(2) + '\n';
  }
  std::set<std::string> expected;
  AddKeys(YAML::Load(text), "", expected);
  AddKeys(YAML::Load(example), "", expected);
  for (const char* optional : {".admin.listen",
                               ".lists.name",
                               ".lists.tier",
                               ".lists.file",
                               ".lists.reputation",
                               ".lists.reputation.file",
                               ".lists.reputation.asn",
                               ".lists.reputation.country",
                               ".services.lists",
                               ".services.connlimit.overload",
                               ".services.syn_limit",
                               ".services.syn_limit.rate",
                               ".services.syn_limit.burst",
                               ".services.syn_limit.action",
                               ".services.accept_limit",
                               ".services.accept_limit.rate",
                               ".services.accept_limit.burst",
                               ".services.accept_limit.action",
                               ".services.accept_limit.queue",
                               ".services.health.source_v4",
                               ".services.health.source_v6",
                               ".services.adaptive",
                               ".services.adaptive.syns_per_second",
                               ".services.adaptive.in_flight",
                               ".services.adaptive.incomplete_percent",
                               ".services.adaptive.bytes_per_second",
                               ".services.adaptive.in_flight.start",
                               ".services.adaptive.in_flight.end",
                               ".services.adaptive.in_flight.hold",
                               ".services.adaptive.risk_percent",
                               ".services.detector.risk_percent",
                               ".services.detector.risk_percent.start",
                               ".services.detector.risk_percent.end",
                               ".services.detector.risk_percent.hold"}) {
    expected.insert(optional);
  }
  for (const char* limit :
       {".services.syn_limit_per_source", ".services.accept_limit_per_source"}) {
    expected.insert(limit);
    for (const char* key :
         {".rate", ".burst", ".action", ".prefix_v4", ".prefix_v6", ".overload", ".ban_time"}) {
      expected.insert(std::string(limit) + key);
    }
  }
  const std::set<std::string> shown =
      KeysOf(Shown("lists: [{name: l}]\n"
                   "services: [{name: a, listen: ['198.18.0.1:80'], mode: adaptive, "
                   "adaptive: {in_flight: {start: 2, end: 1}}}, "
                   "{name: b, listen: ['198.18.0.2:80'], backends: ['198.18.0.3:80']}]"));
  std::vector<std::string> others;
  std::ranges::set_symmetric_difference(shown, expected, std::back_inserter(others));
  EXPECT_THAT(others, testing::IsEmpty());
}

TEST(ShownConfig, FillsInDefaults) {
  const Json shown = Shown("workers: 2");
  EXPECT_EQ(shown["workers"], 2);
  EXPECT_EQ(shown["ports"].dump(), R"({"outside":{"device":""},"inside":{"device":""},"mtu":1500,)"
                                   R"("queues":1,"on_exit":"auto","prefilter":{"enabled":"auto",)"
                                   R"("syns_per_second":0,"burst":100}})");
  EXPECT_EQ(shown["admin"]["listen"], nullptr);
  EXPECT_EQ(shown["memory"]["huge_pages"], false);
  EXPECT_EQ(shown["timeouts"]["established"], 7440);
  EXPECT_EQ(shown["timeouts"]["closed"], "cookie_life");
  EXPECT_EQ(shown["services"], Json::array());
  const Json service = ShownService("connlimit: {above: 5}");
  EXPECT_EQ(service["mode"], "always");
  EXPECT_EQ(service["lists"], nullptr);
  EXPECT_EQ(service["connlimit"].dump(), R"({"above":5,"prefix_v4":32,"prefix_v6":64,)"
                                         R"("action":"reset","overload":"","ban_time":3600})");
  EXPECT_EQ(service["syn_limit"].dump(), R"({"rate":null,"burst":5,"action":"drop"})");
  EXPECT_EQ(service["promise"].dump(), R"({"mss":"auto","mss_v6":"auto","window_scale":"auto",)"
                                       R"("sack":"auto","timestamps":"auto","ecn":"auto"})");
  EXPECT_EQ(service["adaptive"]["in_flight"], nullptr);
}

TEST(ShownConfig, Values) {
  EXPECT_EQ(Shown("statistics: {interval: 500ms}")["statistics"]["interval"], 0.5);
  EXPECT_EQ(Shown("admin: {listen: '127.0.0.1:9117', token_file: /t}")["admin"]["listen"],
            "127.0.0.1:9117");
  EXPECT_EQ(Shown("timeouts: {closed: 2min}")["timeouts"]["closed"], 120);
  EXPECT_EQ(ShownService("promise: {mss: 1400, window_scale: none, sack: false}")["promise"].dump(),
            R"({"mss":1400,"mss_v6":"auto","window_scale":"none","sack":false,)"
            R"("timestamps":"auto","ecn":"auto"})");
  EXPECT_EQ(ShownService("backends: ['198.18.0.2:80', {address: '198.18.0.3:80', "
                         "mac: '02:00:00:00:00:12', weight: 0}]")["backends"]
                .dump(),
            R"([{"address":"198.18.0.2:80","mac":null,"weight":1},)"
            R"({"address":"198.18.0.3:80","mac":"02:00:00:00:00:12","weight":0}])");
  EXPECT_EQ(ShownService("vlans: [10, 0]")["vlans"].dump(), "[10,0]");
  EXPECT_EQ(ShownService("signed_bypass: [198.18.3.0/24], lists: []")["signed_bypass"],
            Json({"198.18.3.0/24"}));
  EXPECT_EQ(ShownService("lists: []")["lists"], Json::array());
  EXPECT_EQ(ShownService("backends: ['198.18.0.2:80'], health: {source_v4: 198.18.0.9, "
                         "interval: 1500ms}")["health"]["source_v4"],
            "198.18.0.9");
}

TEST(ShownConfig, SecretsAreNotInIt) {
  ApplianceConfig config;
  config.secret_file = "/secret";
  config.admin.token = "token of 32 digits";
  config.core.cookie.secret = {0x0123456789abcdef, 0x0123456789abcdef};
  const std::string shown = ShowAppliance(config).dump();
  EXPECT_THAT(shown, HasSubstr(R"("secret_file":"/secret")"));
  EXPECT_THAT(shown, Not(HasSubstr("digits")));
  EXPECT_THAT(shown, Not(HasSubstr("81985529216486895")));
}

}  // namespace
}  // namespace synsplice
