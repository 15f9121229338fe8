#include "io/file/output_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

std::string ContentOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t FilesIn(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<size_t>(std::distance(begin(files), end(files)));
}

TEST(OutputFileTest, TakesItsNameAtTheEnd) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("out", "old");
  auto file = std::get<OutputFile>(OutputFile::Create(path));
  std::fputs("new", file.stream());
  EXPECT_EQ(ContentOf(path), "old");
  EXPECT_EQ(file.Commit(), "");
  EXPECT_EQ(ContentOf(path), "new");
  EXPECT_EQ(FilesIn(folder.File("")), 1u);
}

TEST(OutputFileTest, HasItsModeFromTheBeginning) {
  using std::filesystem::perms;
  const TemporaryFolder folder;
  auto file = std::get<OutputFile>(OutputFile::Create(folder.File("secret"), 0600));
  const std::filesystem::path temporary = *std::filesystem::directory_iterator(folder.File(""));
  EXPECT_EQ(status(temporary).permissions(), perms{0600});
  EXPECT_EQ(file.Commit(), "");
  EXPECT_EQ(std::filesystem::status(folder.File("secret")).permissions(), perms{0600});
}

TEST(OutputFileTest, LeavesNothingWhenItIsGivenUp) {
  const TemporaryFolder folder;
  { auto file = OutputFile::Create(folder.File("out")); }
  EXPECT_EQ(FilesIn(folder.File("")), 0u);
}

TEST(OutputFileTest, FollowsNoSymbolicLink) {
  const TemporaryFolder folder;
  const std::string victim = folder.Write("victim", "precious");
  std::filesystem::create_symlink(victim, folder.File("link"));
  EXPECT_THAT(std::get<std::string>(OutputFile::Create(folder.File("link"))),
              HasSubstr("symbolic link"));
  // One that comes later is replaced itself.
  auto file = std::get<OutputFile>(OutputFile::Create(folder.File("late")));
  std::filesystem::create_symlink(victim, folder.File("late"));
  std::fputs("new", file.stream());
  EXPECT_EQ(file.Commit(), "");
  EXPECT_EQ(ContentOf(victim), "precious");
  EXPECT_EQ(ContentOf(folder.File("late")), "new");
}

// One that was killed cannot remove its own.
TEST(OutputFileTest, LeftoversAreRemovedAndNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("out", "old");
  for (const char* name : {"out.aB3xYz", "out.000000"}) folder.Write(name, "half");
  for (const char* name : {"out.backup1", "out.saved", "other.aB3xYz", "out.a-b_c."}) {
    folder.Write(name, "precious");
  }
  std::filesystem::create_symlink(path, folder.File("out.symlnk"));
  OutputFile::RemoveLeftovers(path);
  EXPECT_EQ(FilesIn(folder.File("")), 6u);
  EXPECT_FALSE(std::filesystem::exists(folder.File("out.aB3xYz")));
  OutputFile::RemoveLeftovers(folder.File("missing/out"));
}

TEST(OutputFileTest, SaysWhyAtOnce) {
  const TemporaryFolder folder;
  EXPECT_THAT(std::get<std::string>(OutputFile::Create(folder.File("missing/out"))),
              HasSubstr("No such file or directory"));
  EXPECT_THAT(std::get<std::string>(OutputFile::Create("/dev/null")),
              HasSubstr("not a regular file"));
}

TEST(OutputFileTest, TellsThatNotEverythingWasWritten) {
  const TemporaryFolder folder;
  auto file = std::get<OutputFile>(OutputFile::Create(folder.File("out")));
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{100, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::fputs(std::string(100'000, 'x').c_str(), file.stream());
  const std::string error = file.Commit();
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_THAT(error, HasSubstr("out\" cannot be written"));
  EXPECT_FALSE(std::filesystem::exists(folder.File("out")));
}

}  // namespace
}  // namespace synsplice
