// A folder for the files of one test, removed with it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace synsplice {

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "synsplice.XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::filesystem::filesystem_error("mkdtemp " + path_,
                                              std::error_code(errno, std::generic_category()));
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Returns the path of the new file.
  std::string Write(std::string_view name, std::string_view text) const {
    std::ofstream(File(name), std::ios::binary) << text;
    return File(name);
  }

 private:
  std::string path_;
};

}  // namespace synsplice
