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
  EXPECT_FALSE(IsNoted(locks, kInterface, 4'000'000'001));
  {
    InterfaceLock first(locks, kInterface);
    EXPECT_EQ(first.program(), 0u);
    first.NoteProgram(4'000'000'001);
    EXPECT_EQ(LockHolder(locks, kInterface), "process " + std::to_string(getpid()));
  }
  { const InterfaceLock failed(locks, kInterface); }
  const InterfaceLock second(locks, kInterface);
  EXPECT_EQ(second.program(), 4'000'000'001);
  EXPECT_TRUE(second.Owns(4'000'000'001));
  EXPECT_FALSE(second.Owns(5));
  EXPECT_TRUE(IsNoted(locks, kInterface, 4'000'000'001));
  EXPECT_FALSE(IsNoted(locks, kInterface, 0));
  EXPECT_FALSE(IsNoted(locks, kInterface + 1, 4'000'000'001));
}

// A process that is killed between the two notes has left a program of any id.
TEST(InterfaceLockTest, APendingProgramIsWhateverIsThere) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks");
  { InterfaceLock(locks, kInterface).NoteProgram(kPendingProgram); }
  InterfaceLock next(locks, kInterface);
  EXPECT_TRUE(next.Owns(5));
  EXPECT_FALSE(next.Owns(0));
  EXPECT_TRUE(IsNoted(locks, kInterface, 5));
  next.NoteProgram(7);
  EXPECT_FALSE(next.Owns(5));
  EXPECT_FALSE(IsNoted(locks, kInterface, 5));
}

// Where /run is on a disk; the kernel gives its ids anew.
TEST(InterfaceLockTest, NoteOfAnotherBootIsNone) {
  const TemporaryFolder folder;
  const std::string locks = folder.File("locks");
  { InterfaceLock(locks, kInterface).NoteProgram(5); }
  const std::filesystem::path lock = *std::filesystem::directory_iterator(locks);
  std::ofstream(lock) << "1 5 00000000-0000-0000-0000-000000000000\n";
  EXPECT_FALSE(IsNoted(locks, kInterface, 5));
  EXPECT_EQ(InterfaceLock(locks, kInterface).program(), 0u);
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
