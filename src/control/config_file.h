// The bytes of a configuration file, as many as a configuration can need.
#pragma once

#include <string>

namespace synsplice {

inline constexpr size_t kLongestConfig = 2 << 20;  // bytes

struct ConfigText {
  std::string file;  // as diagnostics call it
  std::string text;
  std::string error;  // what is wrong with the file as a whole; empty: nothing
};

// "-" is standard input, everything else must be a regular file: a device or a pipe may never end.
ConfigText ReadConfigFile(const std::string& path);

}  // namespace synsplice
