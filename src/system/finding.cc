#include "system/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "text/printable.h"

namespace synsplice {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kIndent = 24;  // of a sentence, behind level and subject

std::string_view Name(Finding::Level level) {
  switch (level) {
    case Finding::Level::kGood:
      return "ok";
    case Finding::Level::kHint:
      return "hint";
    case Finding::Level::kWrong:
      break;
  }
  return "WRONG";
}

// Breaks between words; what follows a break is indented like a sentence.
std::string Wrap(const std::string& text) {
  std::istringstream words(text);
  std::string wrapped;
  size_t column = kIndent;
  for (std::string word; words >> word;) {
    if (column > kIndent && column + 1 + word.size() > kColumns) {
      wrapped += "\n" + std::string(kIndent, ' ');
      column = kIndent;
    } else if (column > kIndent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word.size();
  }
  return wrapped;
}

}  // namespace

std::string Render(const Findings& findings) {
  std::string text;
  for (const auto& [level, about, sentence, remedy] : findings) {
    text += fmt::format("{:<6} {:<16} {}\n", Name(level), about, Wrap(Printable(sentence)));
    // In one line, so that it can be copied.
    if (!remedy.empty()) text += fmt::format("{:{}}mend: {}\n", "", kIndent, Printable(remedy));
  }
  return text;
}

bool AnyWrong(const Findings& findings) {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.level == Finding::Level::kWrong; });
}

}  // namespace synsplice
