#include "io/terminal/progress_line.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(ProgressLine, IsNoWiderThanTheTerminal) {
  EXPECT_EQ(TerminalLine("45 %", 80), "\r\033[K45 %");
  EXPECT_EQ(TerminalLine("12345678", 8), "\r\033[K1234567");
  EXPECT_EQ(TerminalLine("12345678", 0), "\r\033[K");
}

TEST(ProgressLine, SaysNothingWhereNobodyLooks) {
  testing::internal::CaptureStderr();  // a file
  {
    ProgressLine progress;
    EXPECT_FALSE(progress.IsDue());
    progress.Show("45 %");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace synsplice
