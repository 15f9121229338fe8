#include "control/secret_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>

namespace synsplice {
namespace {

constexpr size_t kDigits = 32;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string Sentence(const std::string& path, std::string_view what) {
  return fmt::format("secret file '{}' {}", path, what);
}

std::string SystemSentence(const std::string& path, std::string_view what) {
  return Sentence(path, fmt::format("{}: {}", what, std::strerror(errno)));
}

std::string Hex(std::span<const uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

// Empty: errno says why. Early in the boot this waits for the kernel's entropy.
std::string RandomDigits() {
  uint8_t bytes[kDigits / 2];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) return {};
  std::string digits = Hex(bytes);
  ::explicit_bzero(bytes, sizeof bytes);
  return digits;
}

// 32 digits, and at most a newline behind them.
std::optional<SipKey> ParseSecret(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.size() != kDigits) return std::nullopt;
  uint8_t bytes[kDigits / 2];
  for (size_t i = 0; i < sizeof bytes; ++i) {
    const char* digits = text.data() + 2 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, bytes[i], 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
  }
  const SipKey secret = SipKey::FromBytes(bytes);
  ::explicit_bzero(bytes, sizeof bytes);
  return secret;
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

// Answers errno's sentence, empty if the folder exists now.
std::string CreateFolder(const std::string& path) {
  const std::string folder = FolderOf(path);
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return "";
  return SystemSentence(
      path, fmt::format("cannot be created, nor its folder {} (mkdir -p {})", folder, folder));
}

// Writes the secret to a file of another name first: a program that starts at the same time sees
// either no secret or a whole one. Returns errno's sentence, empty if `path` exists now.
std::string CreateSecret(const std::string& path) {
  std::string content = RandomDigits() + "\n";
  if (content.size() != kDigits + 1) return SystemSentence(path, "cannot be made up");
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!file.ok()) return SystemSentence(path, "cannot be created");
  const bool written =
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file.get()) == 0;
  ::explicit_bzero(content.data(), content.size());
  const bool linked = written && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const std::string why = linked ? "" : SystemSentence(path, "cannot be written");
  ::unlink(temporary.c_str());
  return why;
}

// Who reads: the program that the secret is for, or one that looks at it for another. Root may look
// at anybody's.
enum class Reader { kOwner, kObserver };

bool MayRead(Reader reader, uid_t owner) {
  const uid_t user = ::geteuid();
  return owner == user || (reader == Reader::kObserver && user == 0);
}

// What `status` says against the file; empty: nothing.
std::string WhyNotPrivate(const std::string& path, Reader reader, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return Sentence(path, "is not a regular file");
  if (!MayRead(reader, status.st_uid)) {
    return Sentence(path, fmt::format("belongs to user {}, this program runs as user {}: run it as "
                                      "that one, or chown the file",
                                      status.st_uid, ::geteuid()));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return "";
  return Sentence(path, fmt::format("has mode {:04o}, group and others must have no access: "
                                    "chmod 600",
                                    status.st_mode & 07777));
}

std::variant<SipKey, std::string> ReadSecret(const std::string& path, Reader reader,
                                             const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return SystemSentence(path, "cannot be examined");
  if (std::string why = WhyNotPrivate(path, reader, status); !why.empty()) return why;
  char content[kDigits + 2];  // one byte more than allowed shows that there is more
  const ssize_t length = ::read(file.get(), content, sizeof content);
  if (length < 0) return SystemSentence(path, "cannot be read");
  const auto secret = ParseSecret({content, static_cast<size_t>(length)});
  ::explicit_bzero(content, sizeof content);
  if (!secret) return Sentence(path, "must hold 32 hexadecimal digits and nothing else");
  return *secret;
}

// Non-blocking, so that a FIFO is refused instead of waited for.
int OpenSecret(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

// Of a file that is not there: LoadSecret makes it and its folder.
std::string WhyNoNewSecret(const std::string& path) {
  namespace fs = std::filesystem;
  const std::string folder = FolderOf(path);
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return "";
  const bool makeable = !fs::exists(folder, ignored) && fs::is_directory(FolderOf(folder), ignored);
  return makeable ? ""
                  : Sentence(path, fmt::format("cannot be created, nor its folder {} (mkdir -p {})",
                                               folder, folder));
}

}  // namespace

std::variant<SipKey, std::string> LoadSecret(const std::string& path) {
  if (path.empty()) {
    if (const auto secret = ParseSecret(RandomDigits())) return *secret;
    return fmt::format("no random secret: {}", std::strerror(errno));
  }
  const Descriptor present(OpenSecret(path));
  if (present.ok()) return ReadSecret(path, Reader::kOwner, present);
  if (errno != ENOENT) return SystemSentence(path, "cannot be opened");
  if (std::string why = CreateFolder(path); !why.empty()) return why;
  if (std::string why = CreateSecret(path); !why.empty()) return why;
  const Descriptor created(OpenSecret(path));
  if (!created.ok()) return SystemSentence(path, "cannot be opened");
  return ReadSecret(path, Reader::kOwner, created);
}

std::variant<SipKey, std::string> BorrowSecret(const std::string& path) {
  const Descriptor present(OpenSecret(path));
  if (!present.ok()) return SystemSentence(path, "cannot be opened");
  return ReadSecret(path, Reader::kObserver, present);
}

std::string DigitsOf(const SipKey& secret) {
  uint8_t bytes[kDigits / 2];
  std::memcpy(bytes, &secret.k0, sizeof secret.k0);
  std::memcpy(bytes + sizeof secret.k0, &secret.k1, sizeof secret.k1);
  return Hex(bytes);
}

std::string WhyNoSecret(const std::string& path) {
  const Descriptor present(OpenSecret(path));
  if (present.ok()) {
    auto read = ReadSecret(path, Reader::kObserver, present);
    return std::holds_alternative<SipKey>(read) ? "" : std::get<std::string>(std::move(read));
  }
  if (errno == EACCES) return "";  // another user starts synsplice
  return errno == ENOENT ? WhyNoNewSecret(path) : SystemSentence(path, "cannot be opened");
}

}  // namespace synsplice
