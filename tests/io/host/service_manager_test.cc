#include "io/host/service_manager.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <vector>

#include "control/temporary_folder.h"
#include "io/admin/unix_socket.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSocket = "NOTIFY_SOCKET";
constexpr const char* kWatchdog = "WATCHDOG_USEC";

// Plays systemd.
class ServiceManagerTest : public testing::Test {
 protected:
  ServiceManagerTest() {
    ::setenv(kSocket, path_.c_str(), 1);
    ::setenv(kWatchdog, "20000000", 1);
  }
  ~ServiceManagerTest() override {
    ::unsetenv(kSocket);
    ::unsetenv(kWatchdog);
  }

  // What came since the last time.
  std::vector<std::string> Heard() {
    std::vector<std::string> messages;
    std::array<char, 512> text;
    for (;;) {
      const ssize_t length = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
      if (length < 0) return messages;
      messages.emplace_back(text.data(), static_cast<size_t>(length));
    }
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("notify");
  const Descriptor socket_ = BindUnix(path_, SOCK_DGRAM);
  ServiceManager manager_;
};

TEST_F(ServiceManagerTest, IsReadyOnce) {
  manager_.Ready();
  manager_.Ready();
  EXPECT_THAT(Heard(), ElementsAre("READY=1"));
}

TEST_F(ServiceManagerTest, TheStatusIsToldWhenItChanges) {
  manager_.Tell("ready", true);
  EXPECT_THAT(Heard(), ElementsAre("STATUS=ready", "WATCHDOG=1"));
  manager_.Tell("ready", true);
  EXPECT_THAT(Heard(), ElementsAre("WATCHDOG=1"));
  manager_.Tell("port inside is down", true);
  EXPECT_THAT(Heard(), ElementsAre("STATUS=port inside is down", "WATCHDOG=1"));
}

TEST_F(ServiceManagerTest, TheWatchdogIsNotToldThatSomethingStandsStill) {
  manager_.Tell("worker 1 stands still", false);
  manager_.Tell("worker 1 stands still", false);
  EXPECT_THAT(Heard(), ElementsAre("STATUS=worker 1 stands still"));
}

TEST_F(ServiceManagerTest, AServiceWithoutWatchdogHasNothingToTellIt) {
  ::unsetenv(kWatchdog);
  manager_.Tell("ready", true);
  EXPECT_THAT(Heard(), ElementsAre("STATUS=ready"));
}

TEST_F(ServiceManagerTest, Stopping) {
  manager_.Stopping();
  EXPECT_THAT(Heard(), ElementsAre("STOPPING=1\nSTATUS=ending"));
}

TEST_F(ServiceManagerTest, NothingIsSaidWithoutOne) {
  ::unsetenv(kSocket);
  manager_.Ready();
  manager_.Tell("ready", true);
  manager_.Stopping();
  EXPECT_THAT(Heard(), IsEmpty());
}

TEST_F(ServiceManagerTest, OneThatDoesNotListenHarmsNobody) {
  for (const char* nobody : {"/nonexistent/notify", "@synsplice-nobody", "no path"}) {
    ::setenv(kSocket, nobody, 1);
    manager_.Tell("ready", true);
    manager_.Stopping();
  }
  EXPECT_THAT(Heard(), IsEmpty());
}

}  // namespace
}  // namespace synsplice
