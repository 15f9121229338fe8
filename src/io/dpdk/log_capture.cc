#include "io/dpdk/log_capture.h"

#include <rte_log.h>

#include <cstdlib>
#include <new>
#include <sstream>

namespace synsplice {

LogCapture::LogCapture() : stream_(open_memstream(&text_, &size_)) {
  if (stream_ == nullptr) throw std::bad_alloc();
  rte_openlog_stream(stream_);
}

LogCapture::~LogCapture() {
  rte_openlog_stream(stderr);
  std::fclose(stream_);
  // An operator who raised the level wants to read everything.
  if (rte_log_get_global_level() > kQuietLogLevel) std::fwrite(text_, 1, size_, stderr);
  std::free(text_);
}

std::string LogCapture::TextOr(const std::string& otherwise) {
  std::fflush(stream_);
  std::istringstream lines(std::string(text_, size_));
  std::string joined, line;
  while (std::getline(lines, line)) {
    if (line.empty() || joined.find(line) != std::string::npos) continue;
    joined += (joined.empty() ? "" : "; ") + line;
  }
  return joined.empty() ? otherwise : joined;
}

}  // namespace synsplice
