#include "io/admin/unix_listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "control/temporary_folder.h"
#include "io/admin/unix_socket.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

using std::filesystem::exists;
using testing::ThrowsMessage;

class UnixListenerTest : public testing::Test {
 protected:
  static void ExpectRefused(const std::string& path, const std::string& why) {
    EXPECT_THAT([&] { UnixListener listener(path); },
                ThrowsMessage<StartError>("admin.socket " + path + ": " + why));
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("api.sock");
};

TEST_F(UnixListenerTest, OwnerAndGroupMayConnect) {
  for (const mode_t mask : {0000, 0077}) {
    const mode_t before = ::umask(mask);
    const UnixListener listener(path_);
    ::umask(before);
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode, S_IFSOCK | 0660u);
    EXPECT_TRUE(ConnectUnix(path_).ok());
  }
}

TEST_F(UnixListenerTest, DoesNotBlock) {
  const UnixListener listener(path_);
  EXPECT_TRUE(::fcntl(listener.descriptor(), F_GETFL) & O_NONBLOCK);
}

TEST_F(UnixListenerTest, TheNameGoesWithIt) {
  {
    const UnixListener listener(path_);
    EXPECT_TRUE(exists(path_));
  }
  EXPECT_FALSE(exists(path_));
}

TEST_F(UnixListenerTest, TheNameOfADeadProcessIsTakenOver) {
  BindUnix(path_, SOCK_STREAM);
  ASSERT_TRUE(exists(path_));
  const UnixListener listener(path_);
  EXPECT_TRUE(ConnectUnix(path_).ok());
}

TEST_F(UnixListenerTest, ALiveOneKeepsItsName) {
  const UnixListener first(path_);
  ExpectRefused(path_, "another process answers there");
  EXPECT_TRUE(ConnectUnix(path_).ok());
}

TEST_F(UnixListenerTest, ABusyOneKeepsItsName) {
  const Descriptor busy = BindUnix(path_, SOCK_STREAM);
  ASSERT_EQ(::listen(busy.get(), 0), 0);
  const Descriptor waits = ConnectUnix(path_);
  ExpectRefused(path_, "another process answers there");
  EXPECT_TRUE(exists(path_));
}

// Such as a log's: it cannot be connected to as a stream, but somebody reads it.
TEST_F(UnixListenerTest, ALiveOneOfAnotherKindKeepsItsName) {
  for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET}) {
    const std::string path = path_ + std::to_string(type);
    const Descriptor other = BindUnix(path, type);
    ExpectRefused(path, "another process answers there");
    EXPECT_TRUE(exists(path));
  }
}

TEST_F(UnixListenerTest, WhatIsNoSocketIsLeftAlone) {
  const std::string file = folder_.Write("file", "precious"), link = folder_.File("link");
  ExpectRefused(file, "there is a file that is no socket");
  EXPECT_EQ(std::filesystem::file_size(file), 8u);
  BindUnix(path_, SOCK_STREAM);
  std::filesystem::create_symlink(path_, link);
  ExpectRefused(link, "there is a file that is no socket");
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_TRUE(exists(path_));
}

TEST_F(UnixListenerTest, LongNamesAreRefusedNotCut) {
  const std::string prefix = folder_.File("");
  const size_t most = sizeof(sockaddr_un::sun_path) - 1;
  const std::string fits = prefix + std::string(most - prefix.size(), 'x');
  { const UnixListener listener(fits); }
  ExpectRefused(fits + "x", "the name is too long");
  EXPECT_FALSE(exists(fits));
}

TEST_F(UnixListenerTest, ItsFolderIsMadeButNoneBefore) {
  const std::string folder = folder_.File("run");
  ExpectRefused(folder + "/synsplice/api.sock",
                "its folder cannot be made: No such file or directory");
  EXPECT_FALSE(exists(folder));
  const UnixListener listener(folder + "/api.sock");
  EXPECT_TRUE(ConnectUnix(folder + "/api.sock").ok());
}

}  // namespace
}  // namespace synsplice
