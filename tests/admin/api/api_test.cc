#include "admin/api/api.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "admin/api/publisher.h"
#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

constexpr Milliseconds kAtMost{5000};
constexpr Milliseconds kTooLong{5001};

// Path, type, and a word of the body that only this one has.
constexpr std::array<const char*, 3> kRoutes[] = {
    {"/v1/backends", "application/json", "\"answers\""},
    {"/healthz", "text/plain; charset=utf-8", "ok\n"},
    {"/readyz", "text/plain; charset=utf-8", "ready\n"},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", "# TYPE synsplice_build_info"},
    {"/v1/config", "application/json", "\"rollback_to\": 6"},
    {"/v1/drops", "application/json", "\"reason\""},
    {"/v1/handshakes", "application/json", "\"held_frames\""},
    {"/v1/limits", "application/json", "\"connections\""},
    {"/v1/lists", "application/json", "\"in_file\": 91,\n    \"entries\": 92,\n    \"hits\": 93"},
    {"/v1/neighbours", "application/json", "\"unused_ms\""},
    {"/v1/ports", "application/json", "\"device\""},
    {"/v1/promises", "application/json", "\"window_scale\""},
    {"/v1/services", "application/json", "\"handshakes\""},
    {"/v1/status", "application/json", "\"uptime_s\""},
    {"/v1/top", "application/json", "\"error\""},
    {"/v1/version", "application/json", "{\n  \"version\": \"1.2.3\",\n  \"dpdk\""},
    {"/v1/workers", "application/json", "\"heartbeat_age_ms\""},
};

class ApiTest : public testing::Test {
 protected:
  ApiResponse Get(std::string_view path) const { return Ask("GET", path); }
  ApiResponse Ask(std::string_view method, std::string_view path) const {
    return Ask({method, path, {}, Role::kRead, {}});
  }
  ApiResponse Ask(const ApiRequest& request) const {
    const Api api(
        [this] {
          return Api::Latest{starting_ ? nullptr : std::make_shared<Snapshot>(snapshot_), age_};
        },
        events_,
        {{1,
          [this](size_t, const Request& asked, Reply& reply) {
            asked_.push_back(asked);
            reply.count = 1;
            reply.end = true;
            return worker_answers_;
          }},
         {lists_, [this] { ++list_changes_; }}},
        [this](const ConfigOrder& order) {
          orders_.push_back(order);
          return config_answer_;
        },
        [this](const Api::Change& change) { audit_.push_back(change); });
    return api.Answer(request);
  }

  Snapshot snapshot_ = ExampleSnapshot();
  Milliseconds age_{0};
  bool starting_ = false;
  bool worker_answers_ = true;
  EventBook events_;
  mutable ListBook lists_;
  mutable int list_changes_ = 0;
  mutable std::vector<Request> asked_;
  mutable std::vector<ConfigOrder> orders_;
  std::optional<ConfigAnswer> config_answer_ = ConfigAnswer{.version = 8};
  mutable std::vector<Api::Change> audit_;
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
    if (route[0] == std::string("/v1/config")) continue;
    for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
      const ApiResponse response = Ask(method, route[0]);
      ExpectProblem(response, 405, route[0] + (" knows GET, HEAD, not " + method));
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
  ExpectProblem(Ask("\xc3", "/healthz"), 405, "/healthz knows GET, HEAD, not \xef\xbf\xbd");
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

TEST_F(ApiTest, EventsBehindTheOnesThatAreKnown) {
  for (const char* name : {"first", "second"}) events_.Add({{"name", name}});
  const auto ask = [&](const ApiRequest::Query& query) {
    return Ask({"GET", "/v1/events", query, Role::kRead, {}});
  };
  EXPECT_THAT(ask({}).body, HasSubstr("first"));
  const auto later = nlohmann::json::parse(ask({{"after", "1"}}).body);
  EXPECT_EQ(later, nlohmann::json::parse(R"({"events": [{"name": "second"}], "last": 2})"));
  ExpectProblem(ask({{"after", "x"}}), 400, "after: x is no number");
  ExpectProblem(ask({{"before", "1"}}), 400, "there is no parameter before");
}

TEST_F(ApiTest, AStreamGoesOnBehindTheEventThatIsKnown) {
  const auto ask = [&](std::string_view method, const ApiRequest::Query& query) {
    return Ask({method, "/v1/events/stream", query, Role::kRead, {}});
  };
  EXPECT_EQ(ask("GET", {}).type, "text/event-stream");
  EXPECT_EQ(ask("GET", {}).stream_after, 0u);
  EXPECT_EQ(ask("GET", {{"after", "7"}}).stream_after, 7u);
  EXPECT_EQ(ask("HEAD", {}).type, "text/event-stream");
  EXPECT_EQ(ask("HEAD", {}).stream_after, std::nullopt);
  ExpectProblem(ask("GET", {{"after", "x"}}), 400, "after: x is no number");
  ExpectProblem(ask("POST", {}), 405, "/v1/events/stream knows GET, HEAD, not POST");
  EXPECT_EQ(Get("/v1/events").stream_after, std::nullopt);
}

TEST_F(ApiTest, FlowsAreAskedOfTheWorkers) {
  const ApiResponse response = Ask({"GET", "/v1/flows", {{"service", "ssh"}}, Role::kRead, {}});
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body, HasSubstr("\"phase\": \"waiting\""));
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].kind, Request::Kind::kListFlows);
  EXPECT_EQ(asked_[0].filter.service, 1);
  EXPECT_TRUE(audit_.empty());
}

TEST_F(ApiTest, EachListKnowsItsOwnParameters) {
  const auto get = [&](std::string_view path, const char* name, const char* value) {
    return Ask({"GET", path, {{name, value}}, Role::kRead, {}});
  };
  EXPECT_EQ(get("/v1/limits", "least", "7").status, 200u);
  EXPECT_EQ(asked_.back().kind, Request::Kind::kListLimits);
  EXPECT_EQ(asked_.back().least, 7u);
  EXPECT_EQ(get("/v1/promises", "service", "ssh").status, 200u);
  EXPECT_EQ(asked_.back().filter.service, 1);
  ExpectProblem(get("/v1/limits", "least", "x"), 400, "least: x is no number");
  for (const char* path : {"/v1/handshakes", "/v1/limits", "/v1/neighbours", "/v1/promises"}) {
    ExpectProblem(get(path, "phase", "waiting"), 400, "there is no parameter phase");
  }
  ExpectProblem(get("/v1/flows", "least", "1"), 400, "there is no parameter least");
  ExpectProblem(get("/v1/top", "client", "198.18.0.1"), 400, "there is no parameter client");
  ExpectProblem(get("/v1/top", "service", "no"), 400, "there is no service no");
}

TEST_F(ApiTest, SourcesAreThoseOfTheSnapshot) {
  const auto top = [&](const ApiRequest::Query& query) {
    return nlohmann::json::parse(Ask({"GET", "/v1/top", query, Role::kRead, {}}).body);
  };
  EXPECT_EQ(top({}).size(), 3u);
  EXPECT_EQ(top({{"limit", "1"}})[0]["source"], "198.18.2.1");
  EXPECT_EQ(top({{"service", "web"}}).dump(),
            R"([{"error":5,"service":"web","source":"2001:db8::/64","syns":94}])");
  EXPECT_TRUE(asked_.empty());
}

TEST_F(ApiTest, OperatorsClearFlowsAndTheLogSaysWho) {
  const ApiResponse response =
      Ask({"DELETE", "/v1/flows", {{"client", "198.18.0.7"}}, Role::kOperate, "user 7"});
  EXPECT_EQ(response.body, "{\n  \"cleared\": 1,\n  \"cursor\": null\n}\n");
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].kind, Request::Kind::kClearFlows);
  ASSERT_EQ(audit_.size(), 1u);
  EXPECT_EQ(audit_[0].line, "user 7 clears flows client=198.18.0.7: 1 cleared");
  EXPECT_EQ(audit_[0].client, ParseAddress("198.18.0.7"));
}

TEST_F(ApiTest, WhatIsAboutSeveralClientsNamesNone) {
  for (const auto& [name, value] :
       ApiRequest::Query{{"client", "198.18.0.0/24"}, {"service", "ssh"}}) {
    Ask({"DELETE", "/v1/flows", {{name, value}}, Role::kOperate, "user 7"});
    EXPECT_EQ(audit_.back().client, std::nullopt) << value;
  }
}

TEST_F(ApiTest, WhatIsNotAllowedReachesNoWorker) {
  const ApiRequest::Query all, one = {{"client", "198.18.0.7"}}, bad = {{"client", "x"}};
  ExpectProblem(Ask({"DELETE", "/v1/flows", one, Role::kRead, {}}), 403,
                "only operators may clear flows");
  ExpectProblem(Ask({"DELETE", "/v1/flows", all, Role::kOperate, {}}), 400,
                "say which: client, listener, backend, service or phase");
  ExpectProblem(Ask({"GET", "/v1/flows", bad, Role::kRead, {}}), 400,
                "client: x is no address, network or endpoint");
  ExpectProblem(Ask({"POST", "/v1/flows", one, Role::kOperate, {}}), 405,
                "/v1/flows knows GET, HEAD, DELETE, not POST");
  EXPECT_TRUE(asked_.empty());
  EXPECT_TRUE(audit_.empty());
}

TEST_F(ApiTest, AWorkerThatDoesNotAnswerIsAProblem) {
  worker_answers_ = false;
  for (const char* method : {"GET", "DELETE"}) {
    ExpectProblem(Ask({method, "/v1/flows", {{"service", "web"}}, Role::kOperate, {}}), 503,
                  "worker 0 does not answer");
  }
}

TEST_F(ApiTest, OnlyAdminsChangeTheConfiguration) {
  for (const char* path : {"/v1/config", "/v1/reload", "/v1/confirm", "/v1/rollback"}) {
    ApiRequest request{path == std::string("/v1/config") ? "PUT" : "POST", path, {}, {}, "eve"};
    if (request.method == "PUT") request.query["version"] = "7";
    for (const Role role : {Role::kRead, Role::kOperate}) {
      request.role = role;
      ExpectProblem(Ask(request), 403, "only root and our own user may change the configuration");
    }
    EXPECT_TRUE(orders_.empty());
    request.role = Role::kAdmin;
    EXPECT_EQ(Ask(request).status, 200u) << path;
    EXPECT_EQ(orders_.size(), 1u);
    EXPECT_THAT(audit_.back().line,
                HasSubstr("eve asks " + std::string(request.method) + " " + path));
    orders_.clear();
  }
}

TEST_F(ApiTest, OperatorsDrainBackends) {
  for (const char* path : {"/v1/drain", "/v1/enable"}) {
    ApiRequest request{"POST", path, {{"backend", "198.18.0.1:80"}}, Role::kRead, "eve"};
    ExpectProblem(Ask(request), 403, "only operators may drain backends and switch modes");
    request.role = Role::kOperate;
    EXPECT_EQ(Ask(request).status, 200u);
  }
  EXPECT_EQ(orders_.size(), 2u);
}

TEST_F(ApiTest, OperatorsSwitchModes) {
  ApiRequest request{"POST", "/v1/mode", {{"service", "web"}, {"mode", "off"}}, Role::kRead, "eve"};
  ExpectProblem(Ask(request), 403, "only operators may drain backends and switch modes");
  request.role = Role::kOperate;
  EXPECT_EQ(Ask(request).status, 200u);
  EXPECT_EQ(orders_.size(), 1u);
  EXPECT_EQ(audit_.size(), 1u);
}

TEST_F(ApiTest, AControlLoopThatStandsStillIsAProblem) {
  config_answer_.reset();
  ExpectProblem(Ask({"POST", "/v1/reload", {}, Role::kAdmin, "root"}), 503,
                "the control loop does not answer");
  EXPECT_TRUE(audit_.empty());
}

TEST_F(ApiTest, AFailedReloadIsToldWithTheHealth) {
  snapshot_.config.failure = "workers: takes a restart\n";
  EXPECT_EQ(Get("/healthz").status, 200u);
  EXPECT_EQ(Get("/healthz").body,
            "ok, but the latest reload has failed:\nworkers: takes a restart\n");
}

class NoBytes final : public ByteSource {
 public:
  std::string Next() override { return {}; }
  bool HasEnded() const override { return true; }
};

class ApiCaptureTest : public ApiTest {
 protected:
  ApiResponse AskToCapture(Role role, const std::string& body) const {
    Api api(
        [this] {
          return Api::Latest{std::make_shared<Snapshot>(snapshot_), age_};
        },
        events_, {{0, nullptr}, {lists_, {}}}, nullptr, nullptr);
    api.OfferCaptures([this](const CaptureOrder& order) {
      captures_.push_back(order);
      return answer_;
    });
    return api.Answer({"POST", "/v1/capture", {}, role, "eve", body});
  }

  CaptureAnswer answer_ = std::make_shared<NoBytes>();
  mutable std::vector<CaptureOrder> captures_;
};

TEST_F(ApiCaptureTest, IsAStreamOfPcapng) {
  const ApiResponse response = AskToCapture(Role::kAdmin, R"({"filter": "tcp"})");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.type, "application/x-pcapng");
  EXPECT_NE(response.source, nullptr);
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(captures_[0].choice.filter, "tcp");
  EXPECT_EQ(captures_[0].who, "eve");
}

TEST_F(ApiCaptureTest, IsForAdminsAndOneAtATime) {
  for (const Role role : {Role::kRead, Role::kOperate}) {
    ExpectProblem(AskToCapture(role, ""), 403, "only root and our own user may capture");
  }
  EXPECT_TRUE(captures_.empty());
  answer_ = CaptureRefusal{true, "eve captures already"};
  ExpectProblem(AskToCapture(Role::kAdmin, ""), 409, "eve captures already");
  answer_ = CaptureRefusal{false, "filter: nonsense"};
  ExpectProblem(AskToCapture(Role::kAdmin, ""), 400, "filter: nonsense");
}

TEST_F(ApiCaptureTest, WrongOrdersStartNothing) {
  ExpectProblem(AskToCapture(Role::kAdmin, "[]"), 400, "the body is no JSON object");
  ExpectProblem(AskToCapture(Role::kAdmin, std::string(4097, ' ')), 413,
                "no order may have more than 4096 bytes");
  ExpectProblem(Ask("GET", "/v1/capture"), 405, "/v1/capture knows POST, not GET");
  ExpectProblem(Ask({"POST", "/v1/capture", {}, Role::kAdmin, "eve"}), 503, "nobody captures here");
  EXPECT_TRUE(captures_.empty());
}

}  // namespace
}  // namespace synsplice
