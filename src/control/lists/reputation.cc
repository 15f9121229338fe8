#include "control/lists/reputation.h"

#include <fmt/format.h>
#include <maxminddb.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "control/lists/whole_file.h"

namespace synsplice {
namespace {

constexpr unsigned kBitsBeforeV4 = 96;

constexpr size_t kLongest = 256u << 20;  // bytes

// A file that nobody else can write to, with this text; nullptr: errno says why not.
File OwnFile(const std::string& text) {
  const int descriptor = ::memfd_create("reputation", MFD_CLOEXEC);
  File file{descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb"), std::fclose};
  if (!file) return file;
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (!written || std::fflush(file.get()) != 0) file.reset();
  return file;
}

class Database {
 public:
  // It is mapped: it must stay as it is for as long.
  explicit Database(std::FILE* file)
      : status_(MMDB_open(fmt::format("/proc/self/fd/{}", ::fileno(file)).c_str(), MMDB_MODE_MMAP,
                          &mmdb_)) {}
  ~Database() {
    if (status_ == MMDB_SUCCESS) MMDB_close(&mmdb_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  int status() const { return status_; }
  MMDB_s& get() { return mmdb_; }

 private:
  MMDB_s mmdb_{};
  int status_;
};

// Where the walk is: the first bits of an address.
struct Path {
  Address address{};  // network order, IPv4 with its bits in front
  unsigned depth = 0;

  Path Below(bool bit) const {
    Path below = *this;
    if (bit) below.address.bytes[depth / 8] |= static_cast<uint8_t>(0x80 >> depth % 8);
    ++below.depth;
    return below;
  }
};

// Goes through all networks of the file, and keeps those that are wanted.
class Walk {
 public:
  Walk(MMDB_s& mmdb, const ReputationConfig& of) : mmdb_(mmdb), of_(of) {}

  // Empty: all was seen, or more than anybody takes.
  std::string Run() {
    Visit(0, {});
    if (IsFull()) return {};
    if (broken_) return "is broken";
    if (!of_.asns.empty() && !has_asns_) return Lacks("autonomous systems");
    if (!of_.countries.empty() && !has_countries_) return Lacks("countries");
    return {};
  }
  Prefixes prefixes;

 private:
  std::string Lacks(const char* what) const {
    return fmt::format("knows no {}: it is of another kind, '{}'", what,
                       mmdb_.metadata.database_type);
  }

  bool IsFull() const { return prefixes.size() > kMostPrefixes; }

  // Other networks that stand for IPv4's (6to4, Teredo, mapped addresses) lead to the same node.
  bool IsAlias(uint32_t node, const Path& path) const {
    return mmdb_.metadata.ip_version == 6 && node == mmdb_.ipv4_start_node.node_value &&
           path.depth != 0 && !IsV4(path);
  }
  bool IsV4(const Path& path) const {
    if (mmdb_.metadata.ip_version == 4) return true;
    const auto& bytes = path.address.bytes;
    return path.depth >= kBitsBeforeV4 &&
           std::all_of(bytes.begin(), bytes.begin() + 12, [](uint8_t byte) { return byte == 0; });
  }
  Prefix PrefixAt(const Path& path) const {
    if (!IsV4(path)) return {path.address, static_cast<uint8_t>(path.depth)};
    const bool tree_of_v4 = mmdb_.metadata.ip_version == 4;
    const uint8_t* bytes = &path.address.bytes[tree_of_v4 ? 0 : 12];
    return {Address::FromWire(bytes, false),
            static_cast<uint8_t>(path.depth - (tree_of_v4 ? 0 : kBitsBeforeV4))};
  }

  void Visit(uint32_t number, const Path& path) {
    MMDB_search_node_s node;
    // No file has more nodes than it says, unless they go round in circles.
    if (broken_ || IsFull() || IsAlias(number, path)) return;
    if (++visited_ > mmdb_.metadata.node_count ||
        path.depth >= (mmdb_.metadata.ip_version == 4 ? 32u : 128u) ||
        MMDB_read_node(&mmdb_, number, &node) != MMDB_SUCCESS) {
      broken_ = true;
      return;
    }
    Follow(node.left_record_type, node.left_record, node.left_record_entry, path.Below(false));
    Follow(node.right_record_type, node.right_record, node.right_record_entry, path.Below(true));
  }

  void Follow(uint8_t type, uint64_t record, MMDB_entry_s& entry, const Path& path) {
    if (type == MMDB_RECORD_TYPE_SEARCH_NODE) return Visit(static_cast<uint32_t>(record), path);
    if (type == MMDB_RECORD_TYPE_INVALID) broken_ = true;
    if (type == MMDB_RECORD_TYPE_DATA && IsWanted(entry)) prefixes.push_back(PrefixAt(path));
  }

  // Many networks share what is said of them.
  bool IsWanted(MMDB_entry_s& entry) {
    const auto [known, is_new] = wanted_.try_emplace(entry.offset, false);
    if (!is_new) return known->second;
    const bool asn = HasAsn(entry), country = HasCountry(entry);  // each notes what there is
    return known->second = asn || country;
  }
  bool HasAsn(MMDB_entry_s& entry) {
    MMDB_entry_data_s data;
    const int status = MMDB_get_value(&entry, &data, "autonomous_system_number", nullptr);
    if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UINT32) {
      return false;
    }
    has_asns_ = true;
    return std::ranges::find(of_.asns, data.uint32) != of_.asns.end();
  }
  bool HasCountry(MMDB_entry_s& entry) {
    MMDB_entry_data_s data;
    const int status = MMDB_get_value(&entry, &data, "country", "iso_code", nullptr);
    if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) {
      return false;
    }
    has_countries_ = true;
    const std::string_view code(data.utf8_string, data.data_size);
    return std::ranges::find(of_.countries, code) != of_.countries.end();
  }

  MMDB_s& mmdb_;
  const ReputationConfig& of_;
  std::unordered_map<uint32_t, bool> wanted_;  // by where it is said
  uint64_t visited_ = 0;
  bool broken_ = false, has_asns_ = false, has_countries_ = false;
};

}  // namespace

ListFile ReadReputation(const std::string& path, const ReputationConfig& of) {
  File own{nullptr, std::fclose};
  {
    const WholeFile file = ReadWholeFile(path, kLongest);
    if (!file.error.empty()) return {{}, fmt::format("cannot be read: {}", file.error)};
    own = OwnFile(file.text);
  }
  if (!own) return {{}, fmt::format("finds no memory: {}", std::strerror(errno))};
  Database database(own.get());
  if (database.status() != MMDB_SUCCESS) {
    return {{}, fmt::format("is no MaxMind DB: {}", MMDB_strerror(database.status()))};
  }
  Walk walk(database.get(), of);
  const std::string why = walk.Run();
  if (!why.empty()) return {{}, why};
  return {std::move(walk.prefixes), {}};
}

}  // namespace synsplice
