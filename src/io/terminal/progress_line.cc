#include "io/terminal/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace synsplice {
namespace {

using std::chrono::steady_clock;

unsigned Columns() {
  constexpr unsigned kUsual = 80;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : kUsual;
}

void Print(const std::string& line) {
  fmt::print(stderr, "{}", line);
  std::fflush(stderr);
}

}  // namespace

ProgressLine::ProgressLine() : shows_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (shown_) Print(TerminalLine("", Columns()));
}

void ProgressLine::Show(std::string_view text) {
  if (!shows_) return;
  Print(TerminalLine(text, Columns()));
  shown_ = true;
  next_ = steady_clock::now() + kBetween;
}

// The last column stays free: some terminals go on to the next line behind it.
std::string TerminalLine(std::string_view text, unsigned columns) {
  return fmt::format("\r\033[K{}", text.substr(0, columns == 0 ? 0 : columns - 1));
}

}  // namespace synsplice
