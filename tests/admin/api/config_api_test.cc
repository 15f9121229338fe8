#include "admin/api/config_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synsplice {
namespace {

using testing::HasSubstr;
using Kind = ConfigOrder::Kind;
using Result = ConfigAnswer::Result;

std::string Wrong(std::string_view path, ApiRequest::Query query) {
  const auto parsed = ParseOrder({.method = "PUT", .path = path, .query = std::move(query)});
  const auto* sentence = std::get_if<std::string>(&parsed);
  return sentence ? *sentence : "";
}

ConfigOrder Order(std::string_view path, ApiRequest::Query query, std::string body = "") {
  const auto parsed = ParseOrder(
      {.method = "PUT", .path = path, .query = std::move(query), .body = std::move(body)});
  EXPECT_TRUE(std::holds_alternative<ConfigOrder>(parsed)) << std::get<std::string>(parsed);
  return std::get<ConfigOrder>(parsed);
}

TEST(ConfigApi, EachPathIsAnOrder) {
  EXPECT_EQ(Order("/v1/reload", {}).kind, Kind::kReload);
  EXPECT_EQ(Order("/v1/confirm", {{"version", "3"}}).kind, Kind::kConfirm);
  EXPECT_EQ(Order("/v1/rollback", {}).kind, Kind::kRollback);
  const ConfigOrder drain = Order("/v1/drain", {{"backend", "198.18.0.1:80"}});
  EXPECT_EQ(drain.kind, Kind::kDrain);
  EXPECT_EQ(ToString(drain.backend), "198.18.0.1:80");
  EXPECT_EQ(Order("/v1/enable", {{"backend", "[2001:db8::1]:80"}}).kind, Kind::kEnable);
  const ConfigOrder off = Order("/v1/mode", {{"service", "web"}, {"mode", "off"}});
  EXPECT_EQ(off.kind, Kind::kSwitch);
  EXPECT_EQ(off.service, "web");
  EXPECT_EQ(off.mode, Mode::kOff);
  EXPECT_EQ(Order("/v1/mode", {{"service", "web"}, {"mode", "configured"}}).mode, std::nullopt);
  const ConfigOrder put =
      Order("/v1/config", {{"version", "7"}, {"dry_run", "1"}, {"confirm", "60"}}, "services: []");
  EXPECT_EQ(put.kind, Kind::kPut);
  EXPECT_EQ(put.text, "services: []");
  EXPECT_EQ(put.version, 7u);
  EXPECT_TRUE(put.dry_run);
  EXPECT_EQ(put.confirm, Seconds(60));
}

TEST(ConfigApi, WhatIsNoOrder) {
  EXPECT_EQ(Wrong("/v1/config", {}), "version: say which one the new one follows");
  EXPECT_EQ(Wrong("/v1/config", {{"version", "-1"}}), "version: -1 is no number");
  EXPECT_EQ(Wrong("/v1/reload", {{"colour", "1"}}), "there is no parameter colour");
  EXPECT_EQ(Wrong("/v1/rollback", {{"confirm", "1"}}), "there is no parameter confirm");
  EXPECT_EQ(Wrong("/v1/drain", {}), "backend: say which");
  EXPECT_EQ(Wrong("/v1/enable", {{"backend", "web"}}),
            "backend: web is no endpoint, such as 198.18.0.1:80");
  EXPECT_EQ(Wrong("/v1/reload", {{"backend", "198.18.0.1:80"}}), "there is no parameter backend");
  EXPECT_EQ(Wrong("/v1/reload", {{"dry_run", "yes"}}), "dry_run: yes is no number");
  EXPECT_EQ(Wrong("/v1/mode", {{"mode", "off"}}), "service: say which");
  EXPECT_EQ(Wrong("/v1/mode", {{"service", "web"}}), "mode: say which");
  EXPECT_EQ(Wrong("/v1/mode", {{"service", "web"}, {"mode", "on"}}),
            "mode: on is none of off, monitor, adaptive, always, configured");
  EXPECT_EQ(Wrong("/v1/drain", {{"service", "web"}}), "there is no parameter service");
  for (const char* seconds : {"0", "86401", "99999999999999999999"}) {
    EXPECT_THAT(Wrong("/v1/reload", {{"confirm", seconds}}), HasSubstr("confirm: ")) << seconds;
  }
  const auto with_body = ParseOrder({.path = "/v1/reload", .query = {}, .body = "services: []"});
  EXPECT_EQ(std::get<std::string>(with_body), "/v1/reload takes no body");
}

TEST(ConfigApi, AnAnswerHasItsStatusAndTheChanges) {
  ConfigAnswer answer{Result::kDone, "", 3, {{"workers", "1", "2", false}, {"idle", "", "poll"}}};
  const ApiResponse done = ResponseTo(answer);
  EXPECT_EQ(done.status, 200u);
  const auto view = JsonValue::parse(done.body);
  EXPECT_EQ(view["version"], 3);
  EXPECT_EQ(view["changes"][0],
            (JsonValue{{"key", "workers"}, {"before", "1"}, {"after", "2"}, {"live", false}}));
  EXPECT_TRUE(view["changes"][1]["before"].is_null());
  answer.sentence = "why";
  for (const auto& [result, status] : {std::pair{Result::kInvalid, 422u},
                                       {Result::kNeedsRestart, 422u},
                                       {Result::kConflict, 409u}}) {
    answer.result = result;
    const ApiResponse refused = ResponseTo(answer);
    EXPECT_EQ(refused.status, status);
    EXPECT_EQ(JsonValue::parse(refused.body)["detail"], "why");
    EXPECT_EQ(JsonValue::parse(refused.body)["changes"].size(), 2u);
  }
  EXPECT_EQ(ResponseTo(std::nullopt).status, 503u);
}

TEST(ConfigApi, ALineHasTheFirstChanges) {
  ConfigAnswer answer{Result::kDone, "", 3, {{"a", "1", "2"}, {"b", "", "3"}}};
  EXPECT_EQ(LineOf(answer), "version 3 is in force, 2 changes: ~ a: 1 -> 2; + b: 3");
  answer.changes.resize(9, {"c", "4", ""});
  EXPECT_EQ(LineOf(answer),
            "version 3 is in force, 9 changes: ~ a: 1 -> 2; + b: 3; - c: 4; - c: 4; "
            "- c: 4; ...");
  answer.result = Result::kInvalid, answer.sentence = "no";
  EXPECT_EQ(LineOf(answer), "no");
}

}  // namespace
}  // namespace synsplice
