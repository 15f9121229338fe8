#include "io/host/interface_lock.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "control/temporary_folder.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr unsigned kInterface = 7;

TEST(InterfaceLockTest, TheSecondOneIsToldWhoHasIt) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks");
  const InterfaceLock first(locks, kInterface);
  EXPECT_THAT([&] { InterfaceLock(locks, kInterface); },
              ThrowsMessage<StartError>(HasSubstr("process " + std::to_string(getpid()))));
  const InterfaceLock other(locks, kInterface + 1);
}

TEST(InterfaceLockTest, EndsWithItsHolder) {
  const TemporaryFolder folder;
  { const InterfaceLock first(folder.File("locks"), kInterface); }
  const InterfaceLock second(folder.File("locks"), kInterface);
}

TEST(InterfaceLockTest, WhoLooksTakesNothing) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks");
  EXPECT_EQ(LockHolder(locks, kInterface), "");
  EXPECT_FALSE(std::filesystem::exists(locks));
  {
    const InterfaceLock first(locks, kInterface);
    EXPECT_EQ(LockHolder(locks, kInterface), "process " + std::to_string(getpid()));
  }
  EXPECT_EQ(LockHolder(locks, kInterface), "");
}

TEST(InterfaceLockTest, RemembersTheProgramForWhoComesAfter) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks");
  EXPECT_EQ(NotedProgram(locks, kInterface), 0u);
  {
    InterfaceLock first(locks, kInterface);
    EXPECT_EQ(first.program(), 0u);
    first.NoteProgram(4'000'000'001);
    EXPECT_EQ(LockHolder(locks, kInterface), "process " + std::to_string(getpid()));
  }
  { const InterfaceLock failed(locks, kInterface); }
  const InterfaceLock second(locks, kInterface);
  EXPECT_EQ(second.program(), 4'000'000'001);
  EXPECT_EQ(NotedProgram(locks, kInterface), 4'000'000'001);
  EXPECT_EQ(NotedProgram(locks, kInterface + 1), 0u);
}

TEST(InterfaceLockTest, FollowsNoSymbolicLink) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks"), victim = folder.File("victim");
  { const InterfaceLock first(locks, kInterface); }
  const std::filesystem::path lock = *std::filesystem::directory_iterator(locks);
  std::filesystem::remove(lock);
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, lock);
  EXPECT_THROW(InterfaceLock(locks, kInterface), StartError);
  EXPECT_EQ(std::filesystem::file_size(victim), 8u);
}

}  // namespace
}  // namespace synsplice
