#include "admin/api.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "admin/example_snapshot.h"
#include "admin/publisher.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

constexpr Milliseconds kAtMost{5000};
constexpr Milliseconds kTooLong{5001};

// Path, type, and a word of the body that only this one has.
constexpr std::array<const char*, 3> kRoutes[] = {
    {"/healthz", "text/plain; charset=utf-8", "ok\n"},
    {"/readyz", "text/plain; charset=utf-8", "ready\n"},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", "# TYPE synsplice_build_info"},
    {"/v1/drops", "application/json", "\"reason\""},
    {"/v1/ports", "application/json", "\"device\""},
    {"/v1/services", "application/json", "\"listen\""},
    {"/v1/status", "application/json", "\"uptime_s\""},
    {"/v1/version", "application/json", "{\n  \"version\": \"1.2.3\",\n  \"dpdk\""},
    {"/v1/workers", "application/json", "\"heartbeat_age_ms\""},
};

class ApiTest : public testing::Test {
 protected:
  ApiResponse Get(std::string_view path) const { return Ask("GET", path); }
  ApiResponse Ask(std::string_view method, std::string_view path) const {
    const Api api([this] {
      return Api::Latest{starting_ ? nullptr : std::make_shared<Snapshot>(snapshot_), age_};
    });
    return api.Answer(method, path);
  }

  Snapshot snapshot_ = ExampleSnapshot();
  Milliseconds age_{0};
  bool starting_ = false;
};

void ExpectProblem(const ApiResponse& response, unsigned status, std::string_view detail) {
  EXPECT_EQ(response.status, status);
  EXPECT_EQ(response.type, "application/problem+json");
  const auto problem = nlohmann::json::parse(response.body);
  EXPECT_EQ(problem.size(), 4u);
  EXPECT_EQ(problem["type"], "about:blank");
  EXPECT_NE(problem["title"], "");
  EXPECT_EQ(problem["status"], status);
  EXPECT_EQ(problem["detail"], detail);
}

TEST_F(ApiTest, EveryRouteAnswersGetAndHead) {
  for (const auto& [path, type, word] : kRoutes) {
    for (const char* method : {"GET", "HEAD"}) {
      const ApiResponse response = Ask(method, path);
      EXPECT_EQ(response.status, 200u) << path;
      EXPECT_EQ(response.type, type);
      EXPECT_EQ(response.allow, "");
      EXPECT_THAT(response.body, HasSubstr(word));
      EXPECT_TRUE(response.body.ends_with('\n'));
    }
  }
}

TEST_F(ApiTest, OtherMethodsAreToldWhichThereAre) {
  for (const auto& route : kRoutes) {
    for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
      const ApiResponse response = Ask(method, route[0]);
      ExpectProblem(response, 405, route[0] + (" knows GET and HEAD, not " + method));
      EXPECT_EQ(response.allow, "GET, HEAD");
    }
  }
}

TEST_F(ApiTest, UnknownPathsAreProblems) {
  for (const std::string path : {"", "/", "/v1", "/v1/status/", "/v1/statu", "/V1/STATUS"}) {
    ExpectProblem(Get(path), 404, "there is no " + path);
  }
  ExpectProblem(Ask("POST", "/nowhere"), 404, "there is no /nowhere");
}

TEST_F(ApiTest, WhatIsNoUtf8IsReplaced) {
  ExpectProblem(Get("/\xff\"\n{}"), 404, "there is no /\xef\xbf\xbd\"\n{}");
  ExpectProblem(Ask("\xc3", "/healthz"), 405, "/healthz knows GET and HEAD, not \xef\xbf\xbd");
}

TEST_F(ApiTest, BeforeTheFirstSnapshotItIsStarting) {
  starting_ = true;
  for (const auto& route : kRoutes) ExpectProblem(Get(route[0]), 503, "synsplice is starting");
  EXPECT_EQ(Get("/nowhere").status, 404u);
  EXPECT_EQ(Ask("POST", "/healthz").status, 405u);
}

TEST_F(ApiTest, NeitherHealthyNorReadyWhileTheControlLoopStandsStill) {
  for (const char* path : {"/healthz", "/readyz"}) {
    age_ = kAtMost;
    EXPECT_EQ(Get(path).status, 200u);
    age_ = kTooLong;
    EXPECT_EQ(Get(path).status, 503u);
    EXPECT_EQ(Get(path).body, "the control loop stands still\n");
  }
  EXPECT_EQ(Get("/v1/status").status, 200u);
}

TEST_F(ApiTest, NeitherHealthyNorReadyWhileAWorkerStandsStill) {
  for (const char* path : {"/healthz", "/readyz"}) {
    snapshot_.statistics.workers[1].heartbeat_age = kAtMost;
    EXPECT_EQ(Get(path).status, 200u);
    snapshot_.statistics.workers[1].heartbeat_age = kTooLong;
    EXPECT_EQ(Get(path).status, 503u);
    EXPECT_EQ(Get(path).body, "worker 1 stands still\n");
  }
}

TEST_F(ApiTest, NotReadyWhileAPortIsDown) {
  snapshot_.ports[1].up = false;
  EXPECT_EQ(Get("/readyz").status, 503u);
  EXPECT_EQ(Get("/readyz").body, "port inside is down\n");
  EXPECT_EQ(Get("/healthz").status, 200u);
}

TEST(Publisher, HandsOutTheLatest) {
  Publisher publisher;
  EXPECT_EQ(publisher.Get().snapshot, nullptr);
  for (const char* version : {"1", "2"}) {
    Snapshot snapshot;
    snapshot.version = version;
    publisher.Publish(snapshot);
    EXPECT_EQ(publisher.Get().snapshot->version, version);
    EXPECT_LT(publisher.Get().age, kAtMost);
  }
}

}  // namespace
}  // namespace synsplice
