#include "text/wrapped_text.h"

#include <utility>
#include <vector>

namespace synsplice {
namespace {

bool IsOpening(std::string_view text, size_t at) {
  const bool bracket = text[at] == '<' || text[at] == '[' || text[at] == '(';
  return bracket && (at + 1 == text.size() || text[at + 1] != ' ');
}

bool IsClosing(std::string_view text, size_t at) {
  const bool bracket = text[at] == '>' || text[at] == ']' || text[at] == ')';
  return bracket && (at == 0 || text[at - 1] != ' ');  // the arrow stands alone
}

std::string_view WordAt(std::string_view text, size_t begin) {
  return text.substr(begin, text.find(' ', begin) - begin);
}

bool IsNumber(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == word.npos;
}

// "a > b", "ack 5", "S. seq 1" are read as one.
bool IsTied(std::string_view text, size_t space) {
  const std::string_view next = WordAt(text, space + 1);
  const bool behind_arrow =
      space > 1 && text[space - 1] == '>' && (text[space - 2] == ' ' || text[space - 2] == '-');
  return next == ">" || next == "seq" || IsNumber(next) || behind_arrow;
}

// Units that a line should not break; not `whole`: the words of one that is longer than a line.
std::vector<std::string_view> Units(std::string_view text, bool whole) {
  std::vector<std::string_view> units;
  size_t begin = 0, depth = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (IsOpening(text, at)) ++depth;
    if (IsClosing(text, at) && depth != 0) --depth;
    if (text[at] != ' ' || at == 0) continue;
    if (whole && (depth != 0 || IsTied(text, at))) continue;
    units.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  units.push_back(text.substr(begin));
  return units;
}

class Lines {
 public:
  Lines(std::string_view prefix, size_t indent) : line_(prefix), indent_(indent) {}

  void Add(std::string_view word) {
    const size_t space = empty_ ? 0 : 1;
    if (line_.size() + space + word.size() > kTextColumns && !empty_) Break();
    if (!empty_) line_ += ' ';
    // Longer than a line: cut.
    while (line_.size() + word.size() > kTextColumns) {
      const size_t room = kTextColumns - line_.size();
      line_ += word.substr(0, room);
      word.remove_prefix(room);
      Break();
    }
    line_ += word;
    empty_ = false;
  }

  bool FitsALine(std::string_view word) const { return indent_ + word.size() <= kTextColumns; }

  std::string Finish() {
    Break();
    return std::move(done_);
  }

 private:
  void Break() {
    done_ += line_ + '\n';
    line_.assign(indent_, ' ');
    empty_ = true;
  }

  std::string done_, line_;
  size_t indent_;
  bool empty_ = true;  // nothing behind the prefix or indent
};

}  // namespace

std::string Wrapped(std::string_view prefix, std::string_view text, size_t indent) {
  Lines lines(prefix, indent);
  for (const std::string_view unit : Units(text, true)) {
    if (lines.FitsALine(unit)) {
      lines.Add(unit);
    } else {
      for (const std::string_view part : Units(unit, false)) lines.Add(part);
    }
  }
  return lines.Finish();
}

}  // namespace synsplice
