#include "io/file/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace synsplice {
namespace {

// What mkostemp replaces by letters and digits.
constexpr std::string_view kUnique = ".XXXXXX";

bool IsLeftover(const std::filesystem::directory_entry& entry, const std::string& name) {
  const std::string found = entry.path().filename();
  std::error_code error;
  return found.size() == name.size() + kUnique.size() && found.starts_with(name + '.') &&
         std::all_of(found.end() - kUnique.size() + 1, found.end(),
                     [](unsigned char c) { return std::isalnum(c); }) &&
         entry.symlink_status(error).type() == std::filesystem::file_type::regular;
}

std::string Sentence(const std::string& path, std::string_view what) {
  return fmt::format("the file \"{}\" cannot be written: {}", path, what);
}

}  // namespace

std::variant<OutputFile, std::string> OutputFile::Create(const std::string& path, mode_t mode) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return Sentence(path,
                    S_ISLNK(status.st_mode) ? "it is a symbolic link" : "it is not a regular file");
  }
  std::string temporary = path + std::string(kUnique);
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600, never an existing one
  if (file < 0) return Sentence(path, std::strerror(errno));
  ::fchmod(file, mode);
  return OutputFile(::fdopen(file, "wb"), path, temporary);
}

void OutputFile::RemoveLeftovers(const std::string& path) {
  const std::filesystem::path file(path);
  std::error_code error;
  std::filesystem::directory_iterator entry(file.parent_path(), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (IsLeftover(*entry, file.filename())) ::unlink(entry->path().c_str());
  }
}

OutputFile::OutputFile(std::FILE* stream, std::string path, std::string temporary)
    : stream_(stream), path_(std::move(path)), temporary_(std::move(temporary)) {}

OutputFile::~OutputFile() {
  if (stream_) ::unlink(temporary_.c_str());
}

std::string OutputFile::Commit() {
  std::FILE* const file = stream_.get();
  const bool written = std::fflush(file) == 0 && !std::ferror(file) && ::fsync(::fileno(file)) == 0;
  if (!written || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return Sentence(path_, std::strerror(errno));
  }
  stream_.reset();
  return "";
}

}  // namespace synsplice
