#include "text/wrapped_text.h"

#include <gmock/gmock.h>

namespace synsplice {
namespace {

const std::string kLong(60, 'x');

TEST(Wrapped, OneLineWhereItFits) {
  EXPECT_EQ(Wrapped("  3 ", "a > b", 4), "  3 a > b\n");
  EXPECT_EQ(Wrapped("", "", 4), "\n");
}

TEST(Wrapped, UsesTheLastColumn) {
  const std::string fits(kTextColumns - 2, 'x');
  EXPECT_EQ(Wrapped("", "a " + fits, 4), "a " + fits + "\n");
  EXPECT_EQ(Wrapped("", "ab " + fits, 2), "ab\n  " + fits + "\n");
}

TEST(Wrapped, KeepsBracketsTogether) {
  EXPECT_EQ(Wrapped("", kLong + " <mss 1460,TS 1 2,wscale 7,sack 1000000:2000000> len 5", 4),
            kLong + "\n    <mss 1460,TS 1 2,wscale 7,sack 1000000:2000000> len 5\n");
  EXPECT_EQ(Wrapped("", kLong + " [2001:db8::1]:4711 > [2001:db8::2]:80", 4),
            kLong + " [2001:db8::1]:4711 > [2001:db8::2]:80\n");
}

TEST(Wrapped, KeepsTogetherWhatIsReadAsOne) {
  const std::string start = kLong + std::string(25, 'y');
  for (const char* tied : {"198.18.0.1 > 198.18.0.2", "sequence 12345678", "SA seq 123456789",
                           "-> established_long"}) {
    EXPECT_EQ(Wrapped("", start + " " + tied + " <mss 1460> end", 4),
              start + "\n    " + tied + " <mss 1460> end\n");
  }
}

TEST(Wrapped, BreaksBracketsThatAreLongerThanALine) {
  EXPECT_EQ(Wrapped("", "<" + kLong + " " + kLong + ">", 4),
            "<" + kLong + "\n    " + kLong + ">\n");
}

TEST(Wrapped, CutsAWordThatIsLongerThanALine) {
  const std::string word(2 * kTextColumns, 'x');
  EXPECT_EQ(Wrapped("ab", word, 4), "ab" + std::string(98, 'x') + "\n    " + std::string(96, 'x') +
                                        "\n    " + std::string(6, 'x') + "\n");
}

}  // namespace
}  // namespace synsplice
