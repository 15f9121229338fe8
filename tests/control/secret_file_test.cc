#include "control/secret_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <iterator>
#include <thread>
#include <vector>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

constexpr std::string_view kDigits = "000102030405060708090a0b0c0d0e0F";

SipKey Loaded(const std::string& path) {
  const auto secret = LoadSecret(path);
  EXPECT_TRUE(std::holds_alternative<SipKey>(secret)) << std::get<std::string>(secret);
  return std::get<SipKey>(secret);
}

std::string Refusal(const std::string& path) {
  const auto secret = LoadSecret(path);
  return std::holds_alternative<SipKey>(secret) ? "" : std::get<std::string>(secret);
}

std::string WriteSecret(const TemporaryFolder& folder, std::string_view text, mode_t mode) {
  const std::string path = folder.Write("secret", text);
  ::chmod(path.c_str(), mode);
  return path;
}

TEST(LoadSecret, ReadsDigitsAsBytesInOrder) {
  const TemporaryFolder folder;
  const SipKey expected{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  for (const std::string_view end : {"", "\n"}) {
    const std::string path = WriteSecret(folder, std::string(kDigits) + std::string(end), 0600);
    EXPECT_EQ(Loaded(path), expected);
  }
}

TEST(LoadSecret, CreatesAMissingFileForItsOwner) {
  const TemporaryFolder folder;
  const std::string path = folder.File("secret");
  const SipKey created = Loaded(path);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode, S_IFREG | 0600u);
  EXPECT_EQ(status.st_size, 33);
  EXPECT_EQ(Loaded(path), created);
  using Entries = std::filesystem::directory_iterator;
  EXPECT_EQ(std::distance(Entries(folder.File("")), Entries()), 1) << "a temporary file is left";
}

// Whoever comes second takes the first one's secret, and never sees half of it.
TEST(LoadSecret, ProgramsThatStartTogetherAgree) {
  const TemporaryFolder folder;
  std::vector<SipKey> secrets(8);
  std::vector<std::thread> programs;
  for (SipKey& secret : secrets) {
    programs.emplace_back([&] { secret = Loaded(folder.File("secret")); });
  }
  for (std::thread& program : programs) program.join();
  for (const SipKey& secret : secrets) EXPECT_EQ(secret, secrets[0]);
}

TEST(LoadSecret, EmptyPathIsRandom) { EXPECT_NE(Loaded(""), Loaded("")); }

TEST(LoadSecret, RefusesAccessByOthers) {
  const TemporaryFolder folder;
  for (const mode_t mode : {0640, 0604, 0620, 0601}) {
    const std::string path = WriteSecret(folder, kDigits, mode);
    char octal[8];
    std::snprintf(octal, sizeof octal, "%04o", static_cast<unsigned>(mode));
    EXPECT_EQ(Refusal(path), "secret file '" + path + "' has mode " + octal +
                                 ", group and others must have no access: chmod 600");
  }
}

TEST(LoadSecret, RefusesAnythingBut32Digits) {
  const TemporaryFolder folder;
  const std::string digits(kDigits);
  for (const std::string& text :
       {std::string(), digits.substr(1), digits + "0", digits + "\n\n", digits + " ",
        "-" + digits.substr(1), digits.substr(2) + "0g", std::string("0x") + digits.substr(2)}) {
    const std::string path = WriteSecret(folder, text, 0600);
    EXPECT_EQ(Refusal(path),
              "secret file '" + path + "' must hold 32 hexadecimal digits and nothing else");
  }
}

TEST(LoadSecret, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(Refusal(folder.File("")),
            "secret file '" + folder.File("") + "' is not a regular file");
  const std::string fifo = folder.File("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(Refusal(fifo), "secret file '" + fifo + "' is not a regular file");
}

TEST(LoadSecret, MakesTheFolderForItsOwner) {
  const TemporaryFolder folder;
  const SipKey created = Loaded(folder.File("synsplice/secret"));
  struct stat status {};
  ASSERT_EQ(::stat(folder.File("synsplice").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode, S_IFDIR | 0700u);
  EXPECT_EQ(Loaded(folder.File("synsplice/secret")), created);
}

TEST(LoadSecret, MakesOneFolderOnly) {
  const TemporaryFolder folder;
  const std::string path = folder.File("a/b/secret"), inner = folder.File("a/b");
  const std::string refusal = "secret file '" + path + "' cannot be created, nor its folder " +
                              inner + " (mkdir -p " + inner + ")";
  EXPECT_EQ(Refusal(path), refusal + ": No such file or directory");
  EXPECT_EQ(WhyNoSecret(path), refusal);
  EXPECT_FALSE(std::filesystem::exists(folder.File("a")));
}

TEST(LoadSecret, RefusesAFileOfAnotherUserWhichRootMayBorrow) {
  const TemporaryFolder folder;
  const std::string path = WriteSecret(folder, kDigits, 0600);
  if (::chown(path.c_str(), 12345, 0) != 0) GTEST_SKIP() << "only root gives files away";
  EXPECT_EQ(Refusal(path), "secret file '" + path +
                               "' belongs to user 12345, this program runs as user 0: run it as "
                               "that one, or chown the file");
  EXPECT_EQ(WhyNoSecret(path), "") << "root asks for who starts it";
  const auto borrowed = BorrowSecret(path);
  ASSERT_TRUE(std::holds_alternative<SipKey>(borrowed)) << std::get<std::string>(borrowed);
  EXPECT_EQ(DigitsOf(std::get<SipKey>(borrowed)), "000102030405060708090a0b0c0d0e0f");
  ::chmod(path.c_str(), 0640);
  EXPECT_NE(WhyNoSecret(path), "") << "others may read it";
}

TEST(BorrowSecret, MakesNothing) {
  const TemporaryFolder folder;
  const std::string path = folder.File("missing");
  EXPECT_EQ(std::get<std::string>(BorrowSecret(path)),
            "secret file '" + path + "' cannot be opened: No such file or directory");
  EXPECT_FALSE(std::filesystem::exists(path));
}

// What it would make or accept is no finding, and nothing is made.
TEST(DigitsOf, AreThoseOfTheFileInLowerCase) {
  const TemporaryFolder folder;
  const auto secret = LoadSecret(WriteSecret(folder, kDigits, 0600));
  EXPECT_EQ(DigitsOf(std::get<SipKey>(secret)), "000102030405060708090a0b0c0d0e0f");
}

TEST(WhyNoSecret, FindsWhatLoadSecretRefuses) {
  const TemporaryFolder folder;
  EXPECT_EQ(WhyNoSecret(folder.File("missing")), "");
  EXPECT_EQ(WhyNoSecret(folder.File("missing-folder/secret")), "");
  using Entries = std::filesystem::directory_iterator;
  EXPECT_EQ(std::distance(Entries(folder.File("")), Entries()), 0) << "something was made";
  EXPECT_EQ(WhyNoSecret(WriteSecret(folder, kDigits, 0600)), "");
  for (const auto& [text, mode] : {std::pair<std::string_view, mode_t>{kDigits, 0644},
                                   std::pair<std::string_view, mode_t>{"no digits", 0600}}) {
    const std::string path = WriteSecret(folder, text, mode);
    EXPECT_EQ(WhyNoSecret(path), Refusal(path));
    EXPECT_NE(WhyNoSecret(path), "");
  }
  const std::string below = folder.File("secret/below");
  EXPECT_EQ(WhyNoSecret(below), "secret file '" + below + "' cannot be opened: Not a directory");
}

}  // namespace
}  // namespace synsplice
