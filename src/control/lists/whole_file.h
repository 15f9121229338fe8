// A regular file as a whole, if it is not too long.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

namespace synsplice {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

struct WholeFile {
  std::string text;
  std::string error;        // why not; empty: all of it is here
  bool is_missing = false;  // that is why
};

// Never waits: a pipe without a writer is refused.
WholeFile ReadWholeFile(const std::string& path, size_t most_bytes);

}  // namespace synsplice
