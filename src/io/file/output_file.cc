#include "io/file/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace synsplice {
namespace {

std::string Sentence(const std::string& path, std::string_view what) {
  return fmt::format("the file \"{}\" cannot be written: {}", path, what);
}

}  // namespace

std::variant<OutputFile, std::string> OutputFile::Create(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Sentence(path,
                    S_ISLNK(status.st_mode) ? "it is a symbolic link" : "it is not a regular file");
  }
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // never an existing one
  if (file < 0) return Sentence(path, std::strerror(errno));
  ::fchmod(file, 0644);
  return OutputFile(file, path, temporary);
}

OutputFile::~OutputFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, "")) {}

bool OutputFile::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string OutputFile::Commit() {
  const bool named = ::fsync(file_) == 0 && std::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (!named) return Sentence(path_, std::strerror(errno));
  temporary_.clear();
  return "";
}

}  // namespace synsplice
