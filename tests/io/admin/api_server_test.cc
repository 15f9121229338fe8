#include "io/admin/api_server.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "admin/api/publisher.h"
#include "control/temporary_folder.h"
#include "io/admin/client.h"
#include "io/admin/crowd.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kHalf = "GET /healthz HTTP/1.1\r\nHo";

class ApiServerTest : public testing::Test {
 protected:
  ApiServerTest() {
    Snapshot snapshot;
    snapshot.version = "1.2.3";
    publisher_.Publish(std::move(snapshot));
    server_ = std::make_unique<ApiServer>(path_, "", api_);
  }

  // With lines of headers, each with its end.
  std::string AskWith(const std::string& method_and_path, const std::string& headers) const {
    Client client(path_);
    client.Send(method_and_path + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
    return client.Receive();
  }
  std::string Ask(const std::string& method_and_path, const std::string& body = "") const {
    Client client(path_);
    client.Send(method_and_path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.Receive();
  }
  void ExpectItAnswers() const {
    const std::string answer = Ask("GET /healthz");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\nok\n")) << answer;
  }
  // An error that is not the API's or the end of the connection, and nobody else notices.
  void ExpectRefused(std::string_view sent) const {
    Client client(path_);
    client.Send(sent);
    EXPECT_THAT(client.Receive(), testing::ContainsRegex("^$|^HTTP/1.1 (400|413|414|431) "));
    ExpectItAnswers();
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("api.sock");
  Publisher publisher_;
  EventBook events_;
  ListBook lists_;
  const Api api_{
      [this] { return publisher_.Get(); }, events_, {{0, nullptr}, {lists_, {}}}, nullptr, nullptr};
  std::unique_ptr<ApiServer> server_;
};

TEST_F(ApiServerTest, GetHasStatusHeadersAndBody) {
  const std::string answer = Ask("GET /v1/version?pretty=1");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nCache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("\r\nAllow:")));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n{\n  \"version\": \"1.2.3\",\n  \"dpdk\": \"\"\n}\n"));
}

TEST_F(ApiServerTest, HeadHasTheLengthWithoutTheBody) {
  const std::string answer = Ask("HEAD /healthz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 3\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ApiServerTest, OneConnectionAsksOften) {
  Client client(path_);
  for (int i = 0; i < 100; ++i) client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.Send("GET /v1/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.Receive(), HasSubstr("1.2.3"));
}

TEST_F(ApiServerTest, EachAnswerIsOfTheLatestSnapshot) {
  Snapshot next;
  next.version = "1.2.4";
  publisher_.Publish(std::move(next));
  EXPECT_THAT(Ask("GET /v1/version"), HasSubstr("1.2.4"));
}

TEST_F(ApiServerTest, ProblemsReachTheClient) {
  EXPECT_THAT(Ask("GET /nowhere"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(Ask("GET /%ff"), HasSubstr("there is no /\xef\xbf\xbd\""));
  EXPECT_THAT(Ask("GET /nowhere"), HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
  EXPECT_THAT(Ask("DELETE /healthz"), StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(Ask("DELETE /healthz"), HasSubstr("\r\nAllow: GET, HEAD\r\n"));
}

TEST_F(ApiServerTest, ThePageIsServedWithWhatKeepsItAlone) {
  const std::string page = Ask("GET /");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\nContent-Security-Policy: default-src 'none'; "));
  EXPECT_THAT(page, HasSubstr("\r\nReferrer-Policy: no-referrer\r\n"));
  EXPECT_THAT(page, HasSubstr("<title>synsplice</title>"));
  EXPECT_THAT(Ask("GET /page/main.js"), HasSubstr("\r\nContent-Type: text/javascript"));
  EXPECT_THAT(Ask("HEAD /page/page.css"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(Ask("POST /"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask("GET /page/nowhere"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(ApiServerTest, OtherSitesAreRefused) {
  EXPECT_THAT(AskWith("GET /healthz", "Host: localhost:8080\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(AskWith("GET /healthz", "Host: example.org\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(AskWith("GET /", "Host: example.org\r\n"), StartsWith("HTTP/1.1 403 "));
  const std::string remove = "DELETE /v1/flows", host = "Host: localhost:8080\r\n";
  EXPECT_THAT(AskWith(remove, host), StartsWith("HTTP/1.1 400 "));  // it says not which
  EXPECT_THAT(AskWith(remove, host + "Origin: http://localhost:8080\r\n"),
              StartsWith("HTTP/1.1 400 "));
  const std::string refused = AskWith(remove, host + "Origin: http://example.org\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(refused, HasSubstr("Origin: http://example.org is another site"));
  EXPECT_THAT(AskWith(remove, host + "Sec-Fetch-Site: cross-site\r\n"),
              StartsWith("HTTP/1.1 403 "));
}

TEST_F(ApiServerTest, HalfARequestKeepsNobodyWaiting) {
  Client half(path_);
  ASSERT_TRUE(half.Send(kHalf));
  ExpectItAnswers();
  ASSERT_TRUE(half.Send("st: localhost\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(half.Receive().ends_with("ok\n"));
}

TEST_F(ApiServerTest, IdleConnectionsKeepNobodyWaiting) {
  std::vector<Client> idle;
  for (int i = 0; i < 200; ++i) idle.emplace_back(path_);
  ExpectItAnswers();
}

// As many as there may be, and more.
TEST_F(ApiServerTest, AFullHouseThatLeavesAtOnceKeepsNobodyOut) {
  const OneCpu shared;
  server_.reset();
  server_ = std::make_unique<ApiServer>(path_, "", api_);
  Crowd crowd(path_, 300);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // let in
  crowd.Leave();
  ExpectItAnswers();
}

TEST_F(ApiServerTest, ABodyIsThrownAway) {
  EXPECT_THAT(Ask("POST /healthz", std::string(1 << 20, 'x')), StartsWith("HTTP/1.1 405 "));
  ExpectItAnswers();
}

TEST_F(ApiServerTest, WhatIsNoRequestIsRefused) {
  const std::string much(100'000, 'x');
  ExpectRefused("GET /" + much + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ExpectRefused("GET / HTTP/1.1\r\nHost: " + much + "\r\n\r\n");
  ExpectRefused(much);
  ExpectRefused("\x16\x03\x01\x02\xff\xfe\x80\n\n\r\n\r\n\r\n");
  ExpectRefused("POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n");
}

TEST_F(ApiServerTest, WhoHangsUpIsForgotten) {
  for (int i = 0; i < 300; ++i) {
    Client(path_).Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    Client(path_).Send(kHalf);
  }
  ExpectItAnswers();
}

TEST_F(ApiServerTest, EndsAtOnceWithOpenConnections) {
  Client idle(path_), half(path_);
  ASSERT_TRUE(half.Send(kHalf));
  ExpectItAnswers();
  const auto begin = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Seconds(2));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(idle.Receive(), "");
  EXPECT_EQ(half.Receive(), "");
  server_ = std::make_unique<ApiServer>(path_, "", api_);
  ExpectItAnswers();
}

TEST_F(ApiServerTest, ARequestThatFailsEndsAlone) {
  std::atomic<bool> fails = true;
  const Api failing([&] { return fails ? throw std::bad_alloc() : publisher_.Get(); }, events_,
                    {{0, nullptr}, {lists_, {}}}, nullptr, nullptr);
  server_.reset();
  server_ = std::make_unique<ApiServer>(path_, "", failing);
  EXPECT_EQ(Ask("GET /healthz"), "");
  fails = false;
  ExpectItAnswers();
  server_.reset();
}

TEST_F(ApiServerTest, ASecondOneIsRefused) {
  EXPECT_THROW(ApiServer(path_, "", api_), StartError);
  ExpectItAnswers();
}

}  // namespace
}  // namespace synsplice
