// A file that is there as a whole or not at all, and never where a symbolic link points.
#pragma once

#include <cstdio>
#include <string>
#include <variant>

#include "io/pcap/capture_file.h"

namespace synsplice {

// Written beside its place under another name and renamed by Commit. Removed if never committed.
class OutputFile {
 public:
  // One sentence when it can't be written, or when something else than a regular file is there.
  static std::variant<OutputFile, std::string> Create(const std::string& path);
  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  std::FILE* stream() const { return stream_.get(); }

  // One sentence when not everything has reached the file.
  std::string Commit();

 private:
  OutputFile() = default;

  std::string path_;
  std::string temporary_;
  OpenFile stream_;  // nullptr: committed, or moved from
};

}  // namespace synsplice
