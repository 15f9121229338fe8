#include "control/config_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

constexpr const char* kAllowed = ", must be a regular file, or - for standard input";

TEST(ReadConfigFile, RegularFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a.yaml", "workers: 1\n");
  const ConfigText read = ReadConfigFile(path);
  EXPECT_EQ(read.file, path);
  EXPECT_EQ(read.text, "workers: 1\n");
  EXPECT_EQ(read.error, "");
}

TEST(ReadConfigFile, RefusesWhatMayNeverEnd) {
  const TemporaryFolder folder;
  const std::string pipe = folder.File("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(ReadConfigFile(pipe).error, std::string("is a pipe") + kAllowed);
  EXPECT_EQ(ReadConfigFile("/dev/zero").error, std::string("is a device") + kAllowed);
  EXPECT_EQ(ReadConfigFile(folder.File("")).error, std::string("is a folder") + kAllowed);
}

TEST(ReadConfigFile, TwoMebibytesAtMost) {
  const TemporaryFolder folder;
  const std::string longest(2 << 20, '#');
  EXPECT_EQ(ReadConfigFile(folder.Write("a.yaml", longest)).error, "");
  EXPECT_EQ(ReadConfigFile(folder.Write("b.yaml", longest + "#")).error, "is longer than 2 MiB");
}

TEST(ReadConfigFile, MissingFile) {
  EXPECT_EQ(ReadConfigFile("/nonexistent").error, "cannot be read: No such file or directory");
}

}  // namespace
}  // namespace synsplice
