#include "control/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

namespace synsplice {
namespace {

// All listeners and backends that fit a configuration, with all keys, are below 1 MiB.

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string SystemSentence() { return fmt::format("cannot be read: {}", std::strerror(errno)); }

std::string_view KindOf(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a pipe";
  return "a device";
}

// Empty: it is a regular file.
std::string WhyNoRegularFile(std::FILE* file) {
  struct stat status {};
  if (::fstat(::fileno(file), &status) != 0) return SystemSentence();
  if (S_ISREG(status.st_mode)) return "";
  return fmt::format("is {}, must be a regular file, or - for standard input",
                     KindOf(status.st_mode));
}

void ReadAll(std::FILE* file, ConfigText& read) {
  char chunk[4096];
  while (const size_t length = std::fread(chunk, 1, sizeof chunk, file)) {
    read.text.append(chunk, length);
    if (read.text.size() > kLongestConfig) {
      read.error = fmt::format("is longer than {} MiB", kLongestConfig >> 20);
      return;
    }
  }
  if (std::ferror(file)) read.error = SystemSentence();
}

// Not blocking, so that a pipe without a writer is refused instead of waited for.
File Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  return {descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb"), std::fclose};
}

}  // namespace

ConfigText ReadConfigFile(const std::string& path) {
  ConfigText read{path, "", ""};
  if (path == "-") {
    read.file = "standard input";
    ReadAll(stdin, read);
    return read;
  }
  const File file = Open(path);
  read.error = file ? WhyNoRegularFile(file.get()) : SystemSentence();
  if (read.error.empty()) ReadAll(file.get(), read);
  return read;
}

}  // namespace synsplice
