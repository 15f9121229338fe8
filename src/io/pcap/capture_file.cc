#include "io/pcap/capture_file.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

namespace synsplice {
namespace {

struct Cookie {
  gzFile file;
  std::shared_ptr<ReadingPlace> place;
};

// What is not compressed passes zlib as it is.
ssize_t Read(void* cookie, char* buffer, size_t size) {
  const auto& [file, place] = *static_cast<Cookie*>(cookie);
  const int count = gzread(file, buffer, static_cast<unsigned>(size));
  int error = Z_OK;
  gzerror(file, &error);
  const bool failed = count < 0 || (count == 0 && error != Z_OK && error != Z_STREAM_END);
  if (failed && error != Z_ERRNO) errno = EIO;
  if (place->size != 0) place->read = static_cast<uint64_t>(std::max<z_off_t>(gzoffset(file), 0));
  return failed ? -1 : count;
}

int Close(void* cookie) {
  const std::unique_ptr<Cookie> owned(static_cast<Cookie*>(cookie));
  return gzclose(owned->file) == Z_OK ? 0 : -1;
}

uint64_t SizeOf(const std::string& path) {
  struct stat status {};
  const bool known = path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return known ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace

OpenFile OpenCaptureFile(const std::string& path, std::shared_ptr<ReadingPlace> place) {
  place->size = SizeOf(path);
  errno = 0;
  gzFile file = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (!file) return nullptr;
  auto cookie = std::make_unique<Cookie>(Cookie{file, std::move(place)});
  return OpenFile(fopencookie(cookie.release(), "rb", {Read, nullptr, nullptr, Close}));
}

}  // namespace synsplice
