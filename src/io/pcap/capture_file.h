// A capture file as a stream of bytes: plain, compressed by gzip, or standard input.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

namespace synsplice {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

// "-" is standard input. nullptr: see errno.
OpenFile OpenCaptureFile(const std::string& path);

}  // namespace synsplice
