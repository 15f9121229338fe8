#include "programs/diagnosis/bundle_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/types.h>

#include <ctime>
#include <memory>
#include <variant>

#include "io/file/output_file.h"

namespace synsplice {
namespace {

using Archive = std::unique_ptr<archive, int (*)(archive*)>;
using Entry = std::unique_ptr<archive_entry, void (*)(archive_entry*)>;

constexpr mode_t kForTheOwner = 0600;

bool Open(archive* to, std::FILE* stream) {
  return archive_write_add_filter_gzip(to) == ARCHIVE_OK &&
         archive_write_set_format_pax_restricted(to) == ARCHIVE_OK &&
         archive_write_open_FILE(to, stream) == ARCHIVE_OK;
}

bool Add(archive* to, const std::string& path, const std::string& text) {
  const Entry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kForTheOwner);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
  archive_entry_set_mtime(entry.get(), std::time(nullptr), 0);
  return archive_write_header(to, entry.get()) == ARCHIVE_OK &&
         archive_write_data(to, text.data(), text.size()) == static_cast<la_ssize_t>(text.size());
}

// Why not; empty: everything is written.
std::string WriteAll(std::FILE* stream, const std::string& folder,
                     const std::vector<BundleFile>& files) {
  const Archive to(archive_write_new(), archive_write_free);
  bool good = Open(to.get(), stream);
  for (const BundleFile& file : files) {
    good = good && Add(to.get(), folder + "/" + file.name, file.text);
  }
  if (good && archive_write_close(to.get()) == ARCHIVE_OK) return "";
  const char* why = archive_error_string(to.get());
  return why ? why : "the archive cannot be written";
}

}  // namespace

std::string WriteBundle(const std::string& path, const std::string& folder,
                        const std::vector<BundleFile>& files) {
  auto created = OutputFile::Create(path, kForTheOwner);
  if (const auto* why = std::get_if<std::string>(&created)) return *why;
  auto& file = std::get<OutputFile>(created);
  if (const std::string why = WriteAll(file.stream(), folder, files); !why.empty()) return why;
  return file.Commit();
}

}  // namespace synsplice
