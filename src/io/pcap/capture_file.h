// A capture file as a stream of bytes: plain, compressed by gzip, or standard input.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace synsplice {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

// How far a file was read, in bytes of the file as it lies there.
struct ReadingPlace {
  uint64_t read = 0;
  uint64_t size = 0;  // 0: nobody knows, as of a pipe
};

// "-" is standard input. nullptr: see errno. `place` is kept up to date.
OpenFile OpenCaptureFile(const std::string& path,
                         std::shared_ptr<ReadingPlace> place = std::make_shared<ReadingPlace>());

}  // namespace synsplice
