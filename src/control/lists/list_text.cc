#include "control/lists/list_text.h"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

namespace synsplice {
namespace {

constexpr std::string_view kNever = "never", kNobody = "-";

std::string TextOf(const ListEntry& entry) {
  const std::string expires = entry.expires
                                  ? fmt::format("{}", ToMilliseconds(*entry.expires) / 1000)
                                  : std::string(kNever);
  return fmt::format("{} {}", expires, entry.banned_by.empty() ? kNobody : entry.banned_by);
}

bool ReadExpires(const std::string& text, ListEntry& entry) {
  if (text == kNever) return true;
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (seconds < 0 || seconds > INT64_MAX / 1000) return false;
  entry.expires = FromMilliseconds(seconds * 1000);
  return true;
}

// False: it means nothing.
bool TakeLine(const std::string& line, Time now, ListBook& book) {
  std::istringstream words(line);
  std::string list, address, expires, banned_by;
  words >> list >> address >> expires >> banned_by;
  const auto prefix = ParseListed(address);
  ListEntry entry;
  if (!words || !prefix || !ReadExpires(expires, entry)) return false;
  if (entry.expires && *entry.expires <= now) return true;
  if (banned_by != kNobody) entry.banned_by = banned_by;
  return book.Restore(list, *prefix, entry).empty();
}

}  // namespace

std::string TextOfEntries(const ListBook& book) {
  std::string text = "# synsplice writes this file: entries of lists that are in no other file\n";
  for (const auto& [list, entries] : book.AllEntries()) {
    for (const auto& [prefix, entry] : entries) {
      text += fmt::format("{} {} {}\n", list, ToString(prefix), TextOf(entry));
    }
  }
  return text;
}

size_t TakeEntries(std::string_view text, Time now, ListBook& book) {
  size_t passed_over = 0;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    passed_over += !TakeLine(line, now, book);
  }
  return passed_over;
}

}  // namespace synsplice
