// How far a run is, on one line of the terminal that it leaves as it was.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace synsplice {

// On standard error, where that is a terminal; else nothing is shown. No colours, and no more than
// the terminal is wide.
class ProgressLine {
 public:
  static constexpr std::chrono::milliseconds kBetween{100};

  ProgressLine();
  // Takes the line away.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Whether a new text would be shown: not each of them, and none where nobody looks.
  bool IsDue() const { return shows_ && std::chrono::steady_clock::now() >= next_; }
  // ASCII, without an end of line.
  void Show(std::string_view text);

 private:
  const bool shows_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

// The bytes that show `text` on a line of so many columns, in place of what stood there.
std::string TerminalLine(std::string_view text, unsigned columns);

}  // namespace synsplice
