#include "io/dpdk/port/stderr_capture.h"

#include <rte_log.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "synsplice/base/check.h"

namespace synsplice {
namespace {

constexpr std::string_view kKernelMessage = "Kernel error message: ";

bool IsOfBpfLibraries(const std::string& line) {
  return line.starts_with("libbpf:") || line.starts_with("libxdp:");
}

}  // namespace

StderrCapture::StderrCapture()
    : file_(memfd_create("stderr", MFD_CLOEXEC)), stderr_(dup(STDERR_FILENO)) {
  SYNSPLICE_CHECK(file_ >= 0 && stderr_ >= 0);
  dup2(file_, STDERR_FILENO);
  rte_openlog_stream(stderr);
}

StderrCapture::~StderrCapture() {
  dup2(stderr_, STDERR_FILENO);
  close(stderr_);
  if (rte_log_get_global_level() > kQuietLogLevel) std::fputs(Text().c_str(), stderr);
  close(file_);
}

std::string StderrCapture::Text() const {
  struct stat status;
  SYNSPLICE_CHECK(fstat(file_, &status) == 0);
  std::string text(static_cast<size_t>(status.st_size), '\0');
  const ssize_t size = pread(file_, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

std::string StderrCapture::Cause() const {
  std::istringstream lines(Text());
  std::string first, line;
  while (std::getline(lines, line)) {
    const size_t kernel = line.find(kKernelMessage);
    if (kernel != std::string::npos) return line.substr(kernel + kKernelMessage.size());
    if (first.empty() && !IsOfBpfLibraries(line)) first = line;
  }
  return first;
}

}  // namespace synsplice
