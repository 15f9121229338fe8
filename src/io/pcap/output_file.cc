#include "io/pcap/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace synsplice {
namespace {

std::string CannotWrite(const std::string& path) {
  return fmt::format("cannot write {}: {}", path, std::strerror(errno));
}

bool IsTaken(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

std::variant<OutputFile, std::string> OutputFile::Create(const std::string& path) {
  if (IsTaken(path)) return fmt::format("cannot write {}: it is not a regular file", path);
  OutputFile file;
  file.path_ = path;
  file.temporary_ = fmt::format("{}.{}.tmp", path, getpid());
  // O_EXCL follows no link either.
  const int descriptor =
      open(file.temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return CannotWrite(path);
  file.stream_.reset(fdopen(descriptor, "wb"));
  return file;
}

OutputFile::~OutputFile() {
  if (stream_) unlink(temporary_.c_str());
}

std::string OutputFile::Commit() {
  const bool written = std::fflush(stream_.get()) == 0 && !std::ferror(stream_.get());
  if (!written || std::rename(temporary_.c_str(), path_.c_str()) != 0) return CannotWrite(path_);
  stream_.reset();
  return {};
}

}  // namespace synsplice
