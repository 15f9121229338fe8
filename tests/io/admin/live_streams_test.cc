#include "io/admin/live_streams.h"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

#include "admin/api/publisher.h"
#include "control/temporary_folder.h"
#include "io/admin/api_server.h"
#include "io/admin/client.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class LiveStreamsTest : public testing::Test {
 protected:
  LiveStreamsTest() {
    Publish("first");
    server_ = std::make_unique<ApiServer>(path_, "", api_);
  }

  void Publish(const std::string& version) {
    Snapshot snapshot;
    snapshot.version = version;
    publisher_.Publish(std::move(snapshot));
  }
  Client Listen(const std::string& headers = "") const {
    Client client(path_);
    client.Send("GET /v1/events/stream HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    return client;
  }
  std::string Ask() const {
    Client client(path_);
    client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return client.Receive();
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

TEST_F(LiveStreamsTest, AStatusAtOnceAndWithEachSnapshot) {
  Client client = Listen();
  const std::string first = client.Receive("first");
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
  EXPECT_THAT(first, HasSubstr("event: status\ndata: {\"status\":{"));
  Publish("second");
  EXPECT_THAT(client.Receive("second"), Not(HasSubstr("first")));
}

TEST_F(LiveStreamsTest, EventsThatAreKeptAndThoseThatCome) {
  events_.Add({{"name", "earlier"}});
  Client client = Listen();
  EXPECT_THAT(client.Receive("earlier"), HasSubstr("id: 1\nevent: event\n"));
  events_.Add({{"name", "later"}});
  Publish("second");
  EXPECT_THAT(client.Receive("later"), HasSubstr("id: 2\nevent: event\n"));
}

TEST_F(LiveStreamsTest, WhoWasCutOffGoesOnWhereItWas) {
  for (const char* name : {"one", "two", "three"}) events_.Add({{"name", name}});
  const std::string received = Listen("Last-Event-ID: 2\r\n").Receive("three");
  EXPECT_THAT(received, HasSubstr("id: 3\n"));
  EXPECT_THAT(received, Not(HasSubstr("id: 2\n")));
  EXPECT_THAT(Listen("Last-Event-ID: x\r\n").Receive("is no number"), HasSubstr(" 400 "));
}

TEST_F(LiveStreamsTest, AreBoundedInNumber) {
  std::vector<Client> listening;
  for (size_t i = 0; i < LiveStreams::kMost; ++i) {
    listening.push_back(Listen());
    EXPECT_THAT(listening.back().Receive("first"), HasSubstr(" 200 "));
  }
  const std::string refused = Listen().Receive("too many");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("\r\nContent-Type: application/problem+json\r\n"));
  EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200 "));
}

// That a client has gone is found out when something is said to it.
TEST_F(LiveStreamsTest, WhoHangsUpMakesRoom) {
  for (size_t i = 0; i < LiveStreams::kMost; ++i) Listen().Receive("first");
  std::string answer;
  for (int i = 0; i < 50 && !answer.starts_with("HTTP/1.1 200 "); ++i) {
    Publish("again");
    std::this_thread::sleep_for(LiveStreams::kLook);
    answer = Listen().Receive("\r\n\r\n");
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(LiveStreamsTest, WhoDoesNotReadKeepsNobodyWaiting) {
  Client deaf = Listen();
  Client client = Listen();
  client.Receive("first");
  const std::string much(1 << 20, 'x');
  for (int i = 0; i < 3; ++i) {
    Publish(std::to_string(i) + much + "end of " + std::to_string(i));
    EXPECT_THAT(client.Receive("end of " + std::to_string(i)), Not(HasSubstr("timeout")));
    EXPECT_THAT(Ask(), StartsWith("HTTP/1.1 200 "));
  }
}

TEST_F(LiveStreamsTest, HeadHasNoStream) {
  Client client(path_);
  client.Send("HEAD /v1/events/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.Receive(), HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
}

TEST_F(LiveStreamsTest, EndWithTheServer) {
  Client waiting = Listen();
  waiting.Receive("first");
  Client deaf = Listen();
  Publish(std::string(1 << 20, 'x'));
  server_.reset();
  EXPECT_THAT(waiting.Receive(), Not(HasSubstr("timeout")));
}

}  // namespace
}  // namespace synsplice
