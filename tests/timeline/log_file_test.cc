#include "timeline/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>

namespace synsplice {
namespace {

using testing::ElementsAre;

class LogFiles : public testing::Test {
 protected:
  ~LogFiles() override { std::remove(path_.c_str()); }

  // With the modes of gzopen: "wb" compresses, "wT" does not.
  void Write(const std::string& text, const char* mode = "wT") {
    gzFile file = gzopen(path_.c_str(), mode);
    ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
              static_cast<int>(text.size()));
    gzclose(file);
  }
  std::vector<std::string> Lines() {
    LogFile file(path_);
    std::vector<std::string> lines;
    for (std::string line; file.Next(line);) lines.push_back(line);
    return lines;
  }

  const std::string path_ = testing::TempDir() + "log_file_test";
};

TEST_F(LogFiles, Lines) {
  for (const char* mode : {"wT", "wb"}) {
    Write("one\n\ntwo\nthree", mode);
    EXPECT_THAT(Lines(), ElementsAre("one", "", "two", "three"));
    Write("", mode);
    EXPECT_THAT(Lines(), ElementsAre());
  }
}

TEST_F(LogFiles, LongLinesAreCut) {
  const std::string longest(LogFile::kLongestLine, 'x');
  Write(longest + longest + longest + "y\nnext\n" + longest + "\nlast\n");
  EXPECT_THAT(Lines(), ElementsAre(longest, "next", longest, "last"));
}

TEST_F(LogFiles, ZerosAreBytesAsOthers) {
  Write(std::string("a\0b\nc\n", 6));
  EXPECT_THAT(Lines(), ElementsAre(std::string("a\0b", 3), "c"));
}

TEST_F(LogFiles, SaysWhatCannotBeRead) {
  EXPECT_THROW(LogFile("/nonexistent/log"), LogFileError);
  LogFile folder("/");
  std::string line;
  try {
    folder.Next(line);
    FAIL();
  } catch (const LogFileError& error) {
    EXPECT_STREQ(error.what(), "/: cannot be read: Is a directory");
  }
}

TEST_F(LogFiles, GivesWhatThereIsOfACompressedFileThatIsCutOff) {
  Write("line\n" + std::string(100000, 'x') + "\n", "wb");
  std::FILE* file = std::fopen(path_.c_str(), "r+");
  std::fseek(file, -20, SEEK_END);
  ASSERT_EQ(ftruncate(fileno(file), std::ftell(file)), 0);
  std::fclose(file);
  EXPECT_THROW(Lines(), LogFileError);
}

}  // namespace
}  // namespace synsplice
