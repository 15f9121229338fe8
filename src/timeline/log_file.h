// A log file, line by line, in bounded memory.
#pragma once

#include <zlib.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "timeline/log_time.h"

namespace synsplice {

// One sentence, with the name of the file.
struct LogFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class LogFile {
 public:
  // Bytes of a line; what is longer is cut.
  static constexpr size_t kLongestLine = 64 << 10;

  // Compressed by gzip or not; "-" is standard input. Throws LogFileError.
  explicit LogFile(const std::string& path);

  // Without the line feed; false at the end. Throws LogFileError.
  bool Next(std::string& line);

  // When it was written last, by the file system; standard input: now.
  LogTime written() const { return written_; }
  const std::string& name() const { return name_; }

 private:
  bool Fill();
  [[noreturn]] void Fail(const char* why) const;

  std::string name_;
  LogTime written_;
  std::unique_ptr<std::remove_pointer_t<gzFile>, int (*)(gzFile)> file_;
  std::vector<char> buffer_;
  size_t from_ = 0, to_ = 0;  // what of the buffer was not taken yet
};

}  // namespace synsplice
