#include "admin/api/list_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/appliance_config.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

constexpr Time kNow = FromMilliseconds(1700000000000);

class ListApiTest : public testing::Test {
 protected:
  ListApiTest() {
    ApplianceConfig config;
    config.core.lists = {{"bad", Tier::kBlock, ""}, {"good", Tier::kAllow, "file"}};
    const Prefixes in_file = {*ParsePrefix("198.18.0.0/16")};
    config.listed = {std::make_shared<const Prefixes>(), std::make_shared<const Prefixes>(in_file)};
    book_.Adopt(config.listed, Policy(config.core));
  }
  ApiResponse Ask(std::string_view method, ApiRequest::Query query, Role role = Role::kOperate,
                  std::string_view path = "/v1/lists/entries") {
    ApiRequest request{method, path, std::move(query), role, "alice", {}};
    return AnswerAboutLists(
        {book_, [this] { ++changes_; }}, request, kNow,
        [this](const std::string& line, const auto&) { audit_.push_back(line); });
  }
  JsonValue Get(ApiRequest::Query query) { return JsonValue::parse(Ask("GET", query).body); }

  ListBook book_;
  int changes_ = 0;
  std::vector<std::string> audit_;
};

TEST_F(ListApiTest, AnEntryIsAddedShownAndRemoved) {
  const ApiResponse added = Ask("POST", {{"list", "bad"}, {"prefix", "198.18.7.9"}, {"ttl", "60"}});
  EXPECT_EQ(added.status, 200u);
  EXPECT_EQ(JsonValue::parse(added.body)["prefix"], "198.18.7.9/32");
  EXPECT_THAT(audit_.at(0), HasSubstr("alice adds to list bad 198.18.7.9/32: done"));
  const JsonValue page = Get({{"list", "bad"}});
  EXPECT_EQ(page["entries"].at(0)["expires"], "2023-11-14T22:14:20.000Z");
  EXPECT_TRUE(page["entries"].at(0)["banned_by"].is_null());
  EXPECT_TRUE(page["next"].is_null());
  EXPECT_EQ(Ask("DELETE", {{"list", "bad"}, {"prefix", "198.18.7.9"}}).status, 200u);
  EXPECT_TRUE(Get({{"list", "bad"}})["entries"].empty());
  EXPECT_EQ(changes_, 2);
}

TEST_F(ListApiTest, NobodyWritesOtherLinesIntoTheLog) {
  Ask("POST", {{"list", "a\nb"}, {"prefix", "198.18.7.9"}});
  EXPECT_EQ(audit_.at(0), "alice adds to list a\\x0ab 198.18.7.9/32: there is no list 'a\\x0ab'");
}

TEST_F(ListApiTest, AllEntriesAreRemoved) {
  Ask("POST", {{"list", "bad"}, {"prefix", "198.18.7.9"}});
  Ask("POST", {{"list", "bad"}, {"prefix", "2001:db8::/32"}});
  const ApiResponse removed = Ask("DELETE", {{"list", "bad"}, {"all", "1"}});
  EXPECT_EQ(JsonValue::parse(removed.body)["removed"], 2);
}

TEST_F(ListApiTest, EntriesComeInPages) {
  for (const char* prefix : {"198.18.1.0/24", "198.18.2.0/24", "198.18.3.0/24"}) {
    Ask("POST", {{"list", "bad"}, {"prefix", prefix}});
  }
  const JsonValue first = Get({{"list", "bad"}, {"limit", "2"}});
  EXPECT_EQ(first["next"], "198.18.2.0/24");
  EXPECT_EQ(Get({{"list", "bad"}, {"limit", "2"}, {"after", first["next"]}})["entries"].size(), 1u);
}

TEST_F(ListApiTest, TestTellsAllThatHoldAnAddress) {
  Ask("POST", {{"list", "bad"}, {"prefix", "198.18.7.0/24"}});
  const ApiResponse answer = Ask("GET", {{"address", "198.18.7.9"}}, Role::kRead, "/v1/lists/test");
  const JsonValue matches = JsonValue::parse(answer.body)["matches"];
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0]["list"], "bad");
  EXPECT_EQ(matches[0]["from"], "entry");
  EXPECT_EQ(matches[1]["tier"], "allow");
  EXPECT_EQ(matches[1]["from"], "file");
}

TEST_F(ListApiTest, OnlyOperatorsChangeAnything) {
  EXPECT_EQ(Ask("POST", {{"list", "bad"}, {"prefix", "198.18.7.9"}}, Role::kRead).status, 403u);
  EXPECT_EQ(changes_, 0);
}

TEST_F(ListApiTest, WhatIsWrongIsSaid) {
  using Query = ApiRequest::Query;
  const std::tuple<const char*, Query, const char*> cases[] = {
      {"POST", {{"list", "none"}, {"prefix", "198.18.7.9"}}, "there is no list 'none'"},
      {"POST", {{"list", "bad"}}, "prefix: say which"},
      {"POST", {{"list", "bad"}, {"prefix", "x"}}, "prefix: x is no address or network"},
      {"POST", {{"list", "bad"}, {"prefix", "::1"}, {"ttl", "0"}}, "ttl: 0 is no number from 1"},
      {"POST", {{"list", "bad"}, {"colour", "red"}}, "there is no parameter colour"},
      {"DELETE", {{"list", "bad"}}, "say a prefix, or all=1"},
      {"DELETE", {{"list", "bad"}, {"prefix", "::1"}}, "has no entry ::1/128"},
      {"GET", {{"list", "none"}}, "there is no list 'none'"},
      {"GET", {{"list", "bad"}, {"limit", "1001"}}, "limit: 1001 is no number from 1 to 1000"},
  };
  for (const auto& [method, query, detail] : cases) {
    const ApiResponse answer = Ask(method, query);
    EXPECT_EQ(answer.status, 400u) << detail;
    EXPECT_THAT(answer.body, HasSubstr(detail));
  }
  EXPECT_EQ(Ask("GET", {}, Role::kRead, "/v1/lists/test").status, 400u);
  EXPECT_EQ(changes_, 0);
}

}  // namespace
}  // namespace synsplice
