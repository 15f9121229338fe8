// A file that is either written whole or not at all.
//
// The text goes to a new file beside it that takes its name at the end. That it cannot be written
// is known at once, and no symbolic link is ever followed: whoever may write to the folder cannot
// aim a program of root at another file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace synsplice {

class OutputFile {
 public:
  // The file, or one sentence that says why it cannot be written. What `path` names already must be
  // a regular file.
  static std::variant<OutputFile, std::string> Create(const std::string& path);

  // Removes the new file unless it has taken its name.
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  // For a library that writes by itself; it belongs to this object.
  int descriptor() const { return file_; }

  // Appends. False: errno says why.
  bool Write(std::string_view text);
  // Gives the file its name; answers why not, empty: done. Nothing may be written afterwards.
  std::string Commit();

 private:
  OutputFile(int file, std::string path, std::string temporary)
      : file_(file), path_(std::move(path)), temporary_(std::move(temporary)) {}

  int file_;
  std::string path_;
  std::string temporary_;  // empty: it has taken its name
};

}  // namespace synsplice
