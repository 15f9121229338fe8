#include "control/lists/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace synsplice {
namespace {

File Open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  return {descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb"), std::fclose};
}

// Empty: it may be read.
std::string WhyUnusable(std::FILE* file, size_t most_bytes, size_t& size) {
  struct stat status {};
  if (!file || ::fstat(::fileno(file), &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return "it is no regular file";
  size = static_cast<size_t>(status.st_size);
  return size <= most_bytes ? std::string()
                            : fmt::format("it is longer than {} MiB", most_bytes >> 20);
}

}  // namespace

WholeFile ReadWholeFile(const std::string& path, size_t most_bytes) {
  WholeFile whole;
  size_t size = 0;
  const File file = Open(path);
  whole.is_missing = !file && errno == ENOENT;
  whole.error = WhyUnusable(file.get(), most_bytes, size);
  if (!whole.error.empty()) return whole;
  whole.text.resize(size);
  errno = 0;
  const size_t got = std::fread(whole.text.data(), 1, size, file.get());
  if (got == size) return whole;
  return {{}, errno != 0 ? std::strerror(errno) : "it became shorter meanwhile", false};
}

}  // namespace synsplice
