#include "text/printable.h"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <cstdint>

namespace synsplice {
namespace {

constexpr size_t kMostShown = 64;           // bytes of a quoted text
constexpr size_t kMostAroundTheCaret = 80;  // bytes on either side

// C0, DEL and C1: some terminals take the latter for the start of a command, too.
bool IsControl(uint32_t point) {
  return (point < 0x20 && point != '\t') || (point >= 0x7f && point < 0xa0);
}

void AppendEscaped(std::string_view bytes, std::string& to) {
  for (const char byte : bytes) to += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

// REQUIRES: `text` is UTF-8.
void AppendUtf8(std::string_view text, std::string& to) {
  for (auto at = text.begin(); at != text.end();) {
    const auto from = at;
    const bool control = IsControl(utf8::unchecked::next(at));
    if (control) {
      AppendEscaped({from, at}, to);
    } else {
      to.append(from, at);
    }
  }
}

bool IsInsideCharacter(std::string_view text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// As many bytes as fit `most`, without a part of a UTF-8 sequence at the end.
std::string_view Beginning(std::string_view text, size_t most) {
  size_t end = std::min(most, text.size());
  while (end > 0 && IsInsideCharacter(text, end)) --end;
  return text.substr(0, end);
}

std::string_view End(std::string_view text, size_t most) {
  size_t from = text.size() - std::min(most, text.size());
  while (IsInsideCharacter(text, from)) ++from;
  return text.substr(from);
}

// Blanks as wide as the text: tabs stay tabs, a UTF-8 sequence is one column wide.
std::string Indent(std::string_view printable) {
  std::string indent;
  for (size_t i = 0; i < printable.size(); ++i) {
    if (!IsInsideCharacter(printable, i)) indent += printable[i] == '\t' ? '\t' : ' ';
  }
  return indent;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const auto invalid = utf8::find_invalid(text.begin(), text.end());
    AppendUtf8({text.begin(), invalid}, printable);
    text.remove_prefix(static_cast<size_t>(invalid - text.begin()));
    AppendEscaped(text.substr(0, 1), printable);
    text.remove_prefix(std::min<size_t>(1, text.size()));
  }
  return printable;
}

std::string Shortened(std::string_view text) {
  const std::string_view beginning = Beginning(text, kMostShown);
  return Printable(beginning) + (beginning.size() < text.size() ? "..." : "");
}

std::string Quoted(std::string_view text) { return "'" + Shortened(text) + "'"; }

std::string Snippet(std::string_view line, size_t column) {
  const std::string_view before = line.substr(0, column - 1), after = line.substr(before.size());
  const std::string_view near = End(before, kMostAroundTheCaret);
  const std::string left = (near.size() < before.size() ? "..." : "") + Printable(near);
  const std::string_view right = Beginning(after, kMostAroundTheCaret);
  return fmt::format("{}{}{}\n{}^", left, Printable(right),
                     right.size() < after.size() ? "..." : "", Indent(left));
}

}  // namespace synsplice
