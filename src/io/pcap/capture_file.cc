#include "io/pcap/capture_file.h"

#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>

namespace synsplice {
namespace {

// What is not compressed passes zlib as it is.
ssize_t Read(void* cookie, char* buffer, size_t size) {
  auto* file = static_cast<gzFile>(cookie);
  const int count = gzread(file, buffer, static_cast<unsigned>(size));
  int error = Z_OK;
  gzerror(file, &error);
  const bool failed = count < 0 || (count == 0 && error != Z_OK && error != Z_STREAM_END);
  if (failed && error != Z_ERRNO) errno = EIO;
  return failed ? -1 : count;
}

int Close(void* cookie) { return gzclose(static_cast<gzFile>(cookie)) == Z_OK ? 0 : -1; }

}  // namespace

OpenFile OpenCaptureFile(const std::string& path) {
  errno = 0;
  gzFile file = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (!file) return nullptr;
  return OpenFile(fopencookie(file, "rb", {Read, nullptr, nullptr, Close}));
}

}  // namespace synsplice
