#include "io/admin/byte_streams.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "admin/api/publisher.h"
#include "control/temporary_folder.h"
#include "io/admin/api_server.h"
#include "io/admin/client.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What a test gives, in any thread.
struct Tray {
  std::mutex mutex;
  std::string bytes;
  bool has_ended = false;
  bool is_endless = false;
  std::atomic<int> sources{0};

  void Give(const std::string& more, bool last = false) {
    const std::lock_guard lock(mutex);
    bytes += more;
    has_ended = last;
  }
};

class TraySource final : public ByteSource {
 public:
  explicit TraySource(Tray& tray) : tray_(tray) { ++tray_.sources; }
  ~TraySource() override { --tray_.sources; }

  std::string Next() override {
    const std::lock_guard lock(tray_.mutex);
    if (tray_.is_endless) return std::string(1 << 20, 'x');
    return std::exchange(tray_.bytes, {});
  }
  bool HasEnded() const override {
    const std::lock_guard lock(tray_.mutex);
    return tray_.has_ended;
  }

 private:
  Tray& tray_;
};

class ByteStreamsTest : public testing::Test {
 protected:
  ByteStreamsTest() {
    publisher_.Publish(Snapshot());
    api_.OfferCaptures([this](const CaptureOrder&) -> CaptureAnswer {
      return std::make_shared<TraySource>(tray_);
    });
    server_ = std::make_unique<ApiServer>(path_, "", api_);
  }

  Client Capture() const {
    Client client(path_);
    client.Send("POST /v1/capture HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
    return client;
  }
  bool AnswersOthers() const {
    Client client(path_);
    client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return client.Receive().starts_with("HTTP/1.1 200 ");
  }
  // Within seconds: the server notices when it next writes.
  bool SourcesGo() {
    for (int i = 0; i < 200 && tray_.sources != 0; ++i) {
      tray_.Give("x");
      std::this_thread::sleep_for(ByteStreams::kLook);
    }
    return tray_.sources == 0;
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("api.sock");
  Tray tray_;
  Publisher publisher_;
  EventBook events_;
  ListBook lists_;
  Api api_{
      [this] { return publisher_.Get(); }, events_, {{0, nullptr}, {lists_, {}}}, nullptr, nullptr};
  std::unique_ptr<ApiServer> server_;
};

TEST_F(ByteStreamsTest, WhatComesIsSentUntilTheEnd) {
  tray_.Give("first");
  Client client = Capture();
  const std::string first = client.Receive("first");
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(first, HasSubstr("\r\nContent-Type: application/x-pcapng\r\n"));
  tray_.Give("second");
  EXPECT_THAT(client.Receive("second"), HasSubstr("second"));
  tray_.Give("last", true);
  EXPECT_THAT(client.Receive("\r\n0\r\n\r\n"), HasSubstr("last"));
  EXPECT_TRUE(SourcesGo());
}

TEST_F(ByteStreamsTest, WhoHangsUpEndsIt) {
  tray_.Give("first");
  Capture().Receive("first");
  EXPECT_TRUE(SourcesGo());
}

TEST_F(ByteStreamsTest, WhoDoesNotReadKeepsNobodyWaiting) {
  tray_.is_endless = true;
  const Client deaf = Capture();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(AnswersOthers());
  EXPECT_LE(tray_.sources, 1);
}

TEST_F(ByteStreamsTest, EndWithTheServer) {
  tray_.Give("first");
  Client client = Capture();
  client.Receive("first");
  server_.reset();
  EXPECT_EQ(tray_.sources, 0);
}

}  // namespace
}  // namespace synsplice
