#include "io/events/event_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

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

TEST_F(EventFileTest, EachEventIsALineBehindWhatIsThere) {
  std::ofstream(path_) << "before\n";
  EventFile file(path_);
  file.Write({{"text", "one"}});
  file.Write({{"text", "two"}});
  EXPECT_EQ(Read(path_), "before\n{\"text\":\"one\"}\n{\"text\":\"two\"}\n");
}

TEST_F(EventFileTest, ReopenedItWritesToTheFileThatHasTheName) {
  const std::string old = folder_.File("events.json.1");
  EventFile file(path_);
  file.Write(1);
  std::filesystem::rename(path_, old);
  EXPECT_EQ(file.Reopen(), "");
  EXPECT_TRUE(std::filesystem::exists(path_));
  file.Refresh();
  file.Write(2);
  file.Refresh();
  file.Write(3);
  EXPECT_EQ(Read(old), "1\n");
  EXPECT_EQ(Read(path_), "2\n3\n");
}

TEST_F(EventFileTest, AFullDiskLosesEventsAndCountsThem) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  EventFile file("/dev/full");
  for (int i = 0; i < 3; ++i) file.Write("lost");
  EXPECT_EQ(file.lost(), 3u);
}

TEST_F(EventFileTest, WhatCannotBeReopenedGoesOn) {
  const std::string folder = folder_.File("folder");
  std::filesystem::create_directory(folder);
  EventFile file(folder + "/events.json");
  std::filesystem::rename(folder, folder_.File("moved"));
  EXPECT_EQ(file.Reopen(), folder + "/events.json: No such file or directory");
  file.Refresh();
  file.Write(1);
  EXPECT_EQ(Read(folder_.File("moved") + "/events.json"), "1\n");
}

TEST_F(EventFileTest, APipeThatNobodyReadsHoldsNobodyUp) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THROW(EventFile{path_}, StartError) << "nobody reads it";
  const Descriptor reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK));
  EventFile file(path_);
  const std::string text(10'000, 'x');
  while (file.lost() == 0) file.Write(text);
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
