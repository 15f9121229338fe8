#include "io/admin/event_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "control/temporary_folder.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

class EventFileTest : public testing::Test {
 protected:
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.File("events.json");
};

TEST_F(EventFileTest, EachEventIsALineInOrder) {
  std::string expected;
  {
    EventFile file(path_);
    for (int i = 0; i < 100; ++i) {
      file.Add(std::to_string(i));
      expected += std::to_string(i) + "\n";
    }
  }
  EXPECT_EQ(Read(path_), expected);
}

TEST_F(EventFileTest, WhatIsThereStays) {
  std::ofstream(path_) << "before\n";
  EventFile(path_).Add("behind");
  EXPECT_EQ(Read(path_), "before\nbehind\n");
}

TEST_F(EventFileTest, ReopenedItWritesToTheFileThatHasTheName) {
  const std::string old = folder_.File("events.json.1");
  {
    EventFile file(path_);
    file.Add("one");
    while (Read(path_).empty()) std::this_thread::yield();
    std::filesystem::rename(path_, old);
    file.Reopen();
    while (!std::filesystem::exists(path_)) std::this_thread::yield();
    file.Add("two");
  }
  EXPECT_EQ(Read(old), "one\n");
  EXPECT_EQ(Read(path_), "two\n");
}

TEST_F(EventFileTest, AFullDiskLosesLinesAndCountsThem) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  EventFile file("/dev/full");
  for (int i = 0; i < 3; ++i) file.Add("lost");
  while (file.lost() < 3) std::this_thread::yield();
  EXPECT_EQ(file.lost(), 3u);
}

TEST_F(EventFileTest, WhatCannotBeReopenedGoesOn) {
  const std::string folder = folder_.File("folder");
  std::filesystem::create_directory(folder);
  {
    EventFile file(folder + "/events.json");
    std::filesystem::rename(folder, folder_.File("moved"));
    EXPECT_EQ(file.Reopen(), folder + "/events.json: No such file or directory");
    file.Add("goes on");
  }
  EXPECT_EQ(Read(folder_.File("moved") + "/events.json"), "goes on\n");
}

TEST_F(EventFileTest, APipeThatNobodyReadsHoldsNobodyUp) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THROW(EventFile{path_}, StartError) << "nobody reads it";
  const Descriptor reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  EventFile file(path_);
  const std::string line(10'000, 'x');
  while (file.lost() == 0) file.Add(line);
}

TEST_F(EventFileTest, AFileThatCannotBeOpenedIsNamed) {
  const std::string path = folder_.File("nowhere/events.json");
  try {
    EventFile file(path);
    ADD_FAILURE();
  } catch (const StartError& error) {
    EXPECT_EQ(error.what(), "events.file " + path + ": No such file or directory");
  }
  std::filesystem::create_symlink(path_, folder_.File("link"));
  EXPECT_THROW(EventFile(folder_.File("link")), StartError) << "no link is followed";
}

}  // namespace
}  // namespace synsplice
