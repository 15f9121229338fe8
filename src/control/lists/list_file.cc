#include "control/lists/list_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/lists/whole_file.h"

namespace synsplice {
namespace {

constexpr size_t kMostSaid = 5;
constexpr std::string_view kBlanks = " \t\r";

std::string_view Trimmed(std::string_view line) {
  line = line.substr(0, line.find_first_of("#;"));
  const size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) + 1 - first);
}

// What is wrong with a file's lines: the first are told, the others are counted. Not what stands
// there: whoever names another file must not read it this way.
class BrokenLines {
 public:
  void Add(size_t number) {
    if (count_++ < kMostSaid) numbers_ += fmt::format("{}{}", count_ == 1 ? "" : ", ", number);
  }
  std::string Text() const {
    if (count_ == 0) return {};
    const std::string more =
        count_ > kMostSaid ? fmt::format(" and {} more", count_ - kMostSaid) : std::string();
    return fmt::format("no prefix, such as 198.18.0.0/15 or 2001:db8::1, stands in {} {}{}",
                       count_ == 1 ? "line" : "lines", numbers_, more);
  }

 private:
  size_t count_ = 0;
  std::string numbers_;
};

}  // namespace

std::optional<Prefix> ParseListed(std::string_view text) {
  if (text.find('/') == std::string_view::npos) {
    const auto address = ParseAddress(text);
    if (!address) return std::nullopt;
    return Prefix{*address, static_cast<uint8_t>(address->IsV4() ? 32 : 128)};
  }
  auto prefix = ParsePrefix(text);
  if (prefix) prefix->address = Mask(prefix->address, prefix->length);
  return prefix;
}

ListFile ParseList(std::string_view text) {
  ListFile list;
  BrokenLines broken;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (const auto prefix = ParseListed(line)) {
      list.prefixes.push_back(*prefix);
    } else {
      broken.Add(number);
    }
  }
  list.error = broken.Text();
  return list;
}

ListFile ReadListFile(const std::string& path) {
  const WholeFile file = ReadWholeFile(path, kLongestListFile);
  if (!file.error.empty()) return {{}, fmt::format("cannot be read: {}", file.error)};
  return ParseList(file.text);
}

}  // namespace synsplice
