#include "io/pcap/output_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "io/pcap/pcap_file.h"

namespace synsplice {
namespace {

using test::TemporaryPath;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

OutputFile CreateOrDie(const std::string& path) {
  auto created = OutputFile::Create(path);
  EXPECT_TRUE(std::holds_alternative<OutputFile>(created)) << std::get<std::string>(created);
  return std::get<OutputFile>(std::move(created));
}

std::string CreateError(const std::string& path) {
  const auto created = OutputFile::Create(path);
  const auto* error = std::get_if<std::string>(&created);
  return error ? *error : "no error";
}

// Whatever begins with the path's name.
size_t FilesAt(const std::string& path) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path())) {
    count += entry.path().string().starts_with(path);
  }
  return count;
}

TEST(OutputFile, TakesItsPlaceWhenItIsWhole) {
  const TemporaryPath path;
  std::ofstream(std::string(path)) << "old";
  OutputFile file = CreateOrDie(path);
  std::fputs("new", file.stream());
  EXPECT_EQ(ReadFile(path), "old");
  EXPECT_EQ(file.Commit(), "");
  EXPECT_EQ(ReadFile(path), "new");
  EXPECT_EQ(FilesAt(path), 1u);
}

TEST(OutputFile, LeavesNothingWhenItIsGivenUp) {
  const TemporaryPath path;
  { const OutputFile file = CreateOrDie(path); }
  EXPECT_EQ(FilesAt(path), 0u);
}

TEST(OutputFile, FollowsNoSymbolicLink) {
  const TemporaryPath path, target;
  std::ofstream(std::string(target)) << "precious";
  fs::create_symlink(std::string(target), std::string(path));
  EXPECT_THAT(CreateError(path), HasSubstr("is not a regular file"));
  EXPECT_EQ(ReadFile(target), "precious");
  // Not at the temporary name either.
  const TemporaryPath other;
  const std::string temporary = std::string(other) + "." + std::to_string(getpid()) + ".tmp";
  fs::create_symlink(std::string(target), temporary);
  EXPECT_THAT(CreateError(other), HasSubstr("File exists"));
  fs::remove(temporary);
  EXPECT_EQ(ReadFile(target), "precious");
}

TEST(OutputFile, ReplacesNoDevice) {
  EXPECT_THAT(CreateError("/dev/null"), HasSubstr("is not a regular file"));
}

TEST(OutputFile, TellsThatNotEverythingWasWritten) {
  const TemporaryPath path;
  OutputFile file = CreateOrDie(path);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit;
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{100, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::fputs(std::string(100'000, 'x').c_str(), file.stream());
  const std::string error = file.Commit();
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_THAT(error, HasSubstr("cannot write " + std::string(path)));
  EXPECT_FALSE(fs::exists(std::string(path)));
}

}  // namespace
}  // namespace synsplice
