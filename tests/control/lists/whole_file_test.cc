#include "control/lists/whole_file.h"

#include <gtest/gtest.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

TEST(WholeFile, IsReadUpToItsBound) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("file", std::string(2u << 20, 'x'));
  EXPECT_EQ(ReadWholeFile(path, 2u << 20).text.size(), 2u << 20);
  const WholeFile longer = ReadWholeFile(path, 1u << 20);
  EXPECT_EQ(longer.error, "it is longer than 1 MiB");
  EXPECT_EQ(longer.text, "");
}

TEST(WholeFile, TellsWhetherThereIsNone) {
  const TemporaryFolder folder;
  EXPECT_TRUE(ReadWholeFile(folder.File("none"), 1).is_missing);
  const WholeFile other = ReadWholeFile(folder.File(""), 1);
  EXPECT_FALSE(other.is_missing);
  EXPECT_EQ(other.error, "it is no regular file");
}

}  // namespace
}  // namespace synsplice
