#include "io/events/event_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <thread>

#include "admin/events/event_text.h"
#include "control/temporary_folder.h"
#include "io/admin/unix_socket.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

// A reader at a name.
class EventSocketTest : public testing::Test {
 protected:
  Descriptor Bind(int type) {
    Descriptor bound = BindUnix(path_, type);
    EXPECT_TRUE(type != SOCK_STREAM || ::listen(bound.get(), 4) == 0);
    return bound;
  }
  static Descriptor Accept(const Descriptor& listener) {
    return Descriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK));
  }
  // What is there now.
  static std::string Read(const Descriptor& from) {
    std::string text(1 << 20, 0);
    const ssize_t length = ::recv(from.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(length > 0 ? static_cast<size_t>(length) : 0);
    return text;
  }
  // A new attempt is due at some time.
  void WriteUntilTaken(EventSocket& socket, const JsonValue& event) {
    for (uint64_t lost = socket.lost();; lost = socket.lost()) {
      socket.Write(event);
      if (socket.lost() == lost) return;
      std::this_thread::sleep_for(Milliseconds(5));
    }
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("reader.sock");
  EventSocket socket_{"events.socket", path_, EventLine};
};

TEST_F(EventSocketTest, AStreamTakesLines) {
  const Descriptor listener = Bind(SOCK_STREAM);
  socket_.Write(1);
  socket_.Write(2);
  EXPECT_EQ(Read(Accept(listener)), "1\n2\n");
  EXPECT_EQ(socket_.lost(), 0u);
}

TEST_F(EventSocketTest, ADatagramSocketTakesOneEachTime) {
  const Descriptor reader = Bind(SOCK_DGRAM);
  socket_.Write(1);
  socket_.Write(2);
  EXPECT_EQ(Read(reader), "1\n");
  EXPECT_EQ(Read(reader), "2\n");
  EXPECT_EQ(socket_.lost(), 0u);
}

TEST_F(EventSocketTest, WithoutAReaderAllIsLostUntilThereIsOne) {
  socket_.Write(1);
  socket_.Write(2);
  EXPECT_EQ(socket_.lost(), 2u);
  EXPECT_EQ(socket_.WhyLost(),
            "events.socket " + path_ + " does not take all events: does anybody read it?");
  const Descriptor listener = Bind(SOCK_STREAM);
  WriteUntilTaken(socket_, 3);
  EXPECT_EQ(Read(Accept(listener)), "3\n");
}

TEST_F(EventSocketTest, AReaderThatWasStartedAgainMissesNothing) {
  const Descriptor listener = Bind(SOCK_STREAM);
  socket_.Write(1);
  EXPECT_EQ(Read(Accept(listener)), "1\n");
  socket_.Write(2);
  EXPECT_EQ(Read(Accept(listener)), "2\n");
  EXPECT_EQ(socket_.lost(), 0u);
}

TEST_F(EventSocketTest, ASlowReaderLosesWholeLinesOnly) {
  const Descriptor listener = Bind(SOCK_STREAM);
  socket_.Write("begins");
  const Descriptor reader = Accept(listener);
  const std::string text(30'000, 'x');
  while (socket_.lost() < 3) socket_.Write(text);
  std::string read = Read(reader);
  WriteUntilTaken(socket_, "ends");
  read += Read(reader);
  const std::string end = "\"ends\"\n", begin = "\"begins\"\n", line = "\"" + text + "\"\n";
  ASSERT_TRUE(read.starts_with(begin) && read.ends_with(end));
  const size_t length = read.size() - begin.size() - end.size();
  EXPECT_EQ(length % line.size(), 0u);
  EXPECT_EQ(read.substr(read.size() - end.size() - line.size(), line.size()), line);
}

TEST_F(EventSocketTest, ANameThatIsTooLongIsRefused) {
  EXPECT_THROW(EventSocket("events.socket", std::string(108, 'x'), EventLine), StartError);
}

}  // namespace
}  // namespace synsplice
