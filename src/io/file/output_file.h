// A file that is either written whole or not at all.
//
// What is written goes to a new file beside it that takes its name at the end. That it cannot be
// written is known at once, and no symbolic link is ever followed: whoever may write to the folder
// cannot aim a program of root at another file.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <variant>

namespace synsplice {

class OutputFile {
 public:
  // The file, or one sentence that says why it cannot be written. What `path` names already must be
  // a regular file. It is never open to more than `mode`.
  static std::variant<OutputFile, std::string> Create(const std::string& path, mode_t mode = 0644);

  // Removes new files that a process left beside `path` when it was killed. REQUIRES: nobody else
  // writes it now.
  static void RemoveLeftovers(const std::string& path);

  // Removes the new file unless it has taken its name.
  ~OutputFile();
  OutputFile(OutputFile&&) = default;
  OutputFile& operator=(OutputFile&&) = delete;

  // Where to write; whether everything has arrived is asked by Commit.
  std::FILE* stream() const { return stream_.get(); }

  // Gives the file its name; answers why not, empty: done. Nothing may be written afterwards.
  std::string Commit();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  OutputFile(std::FILE* stream, std::string path, std::string temporary);

  std::unique_ptr<std::FILE, Close> stream_;  // nullptr: it has taken its name, or was moved from
  std::string path_;
  std::string temporary_;
};

}  // namespace synsplice
