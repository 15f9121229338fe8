#include "timeline/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "text/printable.h"

namespace synsplice {
namespace {

// nullptr: nothing is wrong. zlib has no words for an error of the system.
const char* WhyOf(gzFile file) {
  int code = Z_OK;
  const char* why = gzerror(file, &code);
  if (code == Z_OK || code == Z_STREAM_END) return nullptr;
  return code == Z_ERRNO ? std::strerror(errno) : why;
}

LogTime Now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

LogTime WrittenAt(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return Now();
  return LogTime(std::chrono::seconds(status.st_mtim.tv_sec));
}

}  // namespace

LogFile::LogFile(const std::string& path)
    : name_(path == "-" ? "standard input" : Printable(path)),
      file_(nullptr, gzclose),
      buffer_(kLongestLine) {
  const int descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) Fail(std::strerror(errno));
  written_ = WrittenAt(descriptor);
  file_.reset(gzdopen(descriptor, "rb"));
  if (!file_) {
    close(descriptor);
    Fail("no memory");
  }
}

void LogFile::Fail(const char* why) const {
  throw LogFileError(fmt::format("{}: cannot be read: {}", name_, why));
}

bool LogFile::Fill() {
  const int count = gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
  // A compressed file that is cut off gives what there is first.
  if (const char* why = count > 0 ? nullptr : WhyOf(file_.get())) Fail(why);
  from_ = 0;
  to_ = static_cast<size_t>(count);
  return count > 0;
}

bool LogFile::Next(std::string& line) {
  line.clear();
  for (bool some = false;; some = true) {
    if (from_ == to_ && !Fill()) return some;
    const char* begin = buffer_.data() + from_;
    const char* end = std::find(begin, begin + (to_ - from_), '\n');
    const auto length = static_cast<size_t>(end - begin);
    line.append(begin, std::min(length, kLongestLine - line.size()));
    const bool ended = from_ + length < to_;
    from_ += length + (ended ? 1 : 0);
    if (ended) return true;
  }
}

}  // namespace synsplice
