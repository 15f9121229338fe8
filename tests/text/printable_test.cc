#include "text/printable.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using namespace std::string_literals;

TEST(Printable, TextStaysAsItIs) {
  for (const std::string text : {"", "plain 'text'\t/~", "caf\u00e9 \u4e16\u754c \U0001f600"}) {
    EXPECT_EQ(Printable(text), text);
  }
}

TEST(Printable, ControlCharactersAreEscaped) {
  EXPECT_EQ(Printable("\0\x1b[2J\n\x7f"s), "\\x00\\x1b[2J\\x0a\\x7f");
  // C1 in UTF-8: CSI, and the characters around the range.
  EXPECT_EQ(Printable("\u0080\u009b\u009f\u00a0"), "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f\u00a0");
}

TEST(Printable, BytesThatAreNotUtf8AreEscaped) {
  EXPECT_EQ(Printable("a\xff\xfe z"), "a\\xff\\xfe z");
  EXPECT_EQ(Printable("\xc3"), "\\xc3") << "the sequence is cut";
  EXPECT_EQ(Printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
}

TEST(Quoted, LongTextIsCutBetweenCharacters) {
  const std::string longest(64, 'a');
  EXPECT_EQ(Quoted(longest), "'" + longest + "'");
  EXPECT_EQ(Quoted(longest + "b"), "'" + longest + "...'");
  const std::string umlaut = std::string(63, 'a') + "\u00e4";
  EXPECT_EQ(Quoted(umlaut), "'" + std::string(63, 'a') + "...'");
}

TEST(Snippet, CaretStandsBelowItsByte) {
  EXPECT_EQ(Snippet("workers: x", 10), "workers: x\n         ^");
  EXPECT_EQ(Snippet("", 1), "\n^");
  EXPECT_EQ(Snippet("ab", 3), "ab\n  ^") << "behind the end";
  EXPECT_EQ(Snippet("\ta\u00e4b", 5), "\ta\u00e4b\n\t  ^");
  EXPECT_EQ(Snippet("\x01"s + "b", 2), "\\x01b\n    ^");
}

TEST(Snippet, LongLinesAreCutAroundTheCaret) {
  const std::string line = std::string(1000, 'a') + "b" + std::string(1000, 'c');
  EXPECT_EQ(Snippet(line, 1001), "..." + std::string(80, 'a') + "b" + std::string(79, 'c') +
                                     "...\n" + std::string(83, ' ') + "^");
}

}  // namespace
}  // namespace synsplice
